/** What people intend with money beyond their orders: functions of the seed. */
import { randomOf } from "../chaos/random.ts";

/** How much of what is available an instant payout asks for; `over` wants more than there is and expects a refusal. */
export type PayoutPlan = { amount: "all" | "half" | "over"; twice: boolean; key: string };

/** The plan of turn `turn` of somebody, named by `who`. */
export function payoutPlanOf(seed: number, who: string, turn: number): PayoutPlan {
  const random = randomOf(seed, `payout ${who} ${turn}`);
  const amount = random.pick(["all", "half", "half", "over"] as const);
  return { amount, twice: random.fraction() < 0.4, key: `payout-${seed}-${who}-${turn}` };
}

/**
 * What support does about a completed order. `part`: a share of it. `line`: one piece. `contest`: two at once, each of more
 * than half. `over` and `over-line`: more than is left of the order or of a line, which is to be refused.
 */
export type RefundPlan = {
  kind: "nothing" | "part" | "line" | "contest" | "over" | "over-line";
  /** Of what was captured, thousandths. */
  share: number;
  /** The same request under the same key, twice at the same time. */
  twice: boolean;
  fault: "PLATFORM" | "RESTAURANT" | "COURIER" | "CUSTOMER";
  key: string;
};

/** The plan for the completed order that ended as number `number`. */
export function refundPlanOf(seed: number, number: number): RefundPlan {
  const random = randomOf(seed, `refund ${number}`);
  return {
    kind: random.pick(["nothing", "nothing", "part", "part", "line", "line", "contest", "over", "over-line"] as const),
    share: random.between(1, 500),
    twice: random.fraction() < 0.4,
    fault: random.pick(["PLATFORM", "RESTAURANT", "COURIER", "CUSTOMER"] as const),
    key: `refund-${seed}-${number}`,
  };
}
