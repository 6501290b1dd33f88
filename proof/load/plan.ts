/** What becomes of order number n, as its people intend it: a function of the seed. */
import { sizes, type SeedSize } from "../../demo/world/world.ts";
import { randomOf } from "../chaos/random.ts";
import { troubleOf, type Trouble } from "./trouble-plan.ts";

/** An order to be; `afterwards` is what its customer does once it is acknowledged. */
export type Plan = {
  /** One of the kitchens. */
  restaurant: number;
  /** Whether a dish of limited stock is wanted. */
  limited: boolean;
  /** Whether the code is tried, of which there are few. */
  withCode: boolean;
  quantity: number;
  fulfilment: "DELIVERY" | "PICKUP";
  tipMinor: number;
  card: string;
  afterwards: "wait" | "cancel" | "repeat" | "conflict";
  stranger: boolean;
  /** How it is to end badly; null for most. */
  trouble: Trouble | null;
  /** Whether another card is taken after a decline, or the order left to run out of time. */
  paysAgain: boolean;
};

/** Restaurants of the demo world that never close and lie in the city of most customers. */
export const kitchensOf = (size: SeedSize): number[] =>
  [0, 2, 6, 8, 10, 12, 16, 18, 20, 22, 26, 28].filter((number) => number < sizes[size].restaurants);

/** Card and its share in thousandths; the rest pays by a card that just works. */
const oddCards: [card: string, share: number][] = [
  ["pm_card_timeoutAfterCharge", 30],
  ["pm_card_timeoutAfterCapture", 30],
  ["pm_card_chargeDeclined", 40],
  ["pm_card_captureDeclined", 10],
  ["pm_card_timeoutAfterRefund", 80],
  ["pm_card_refundRefusedTwice", 60],
];

function cardOf(draw: number): string {
  let left = draw;
  for (const [card, share] of oddCards) {
    if (left < share) return card;
    left -= share;
  }
  return "pm_card_visa";
}

/** The plan of order `number` of the run with this seed. */
export function planOf(seed: number, number: number, size: SeedSize): Plan {
  const random = randomOf(seed, `order ${number}`);
  const trouble = troubleOf(number);
  const drawn = random.fraction() < 0.08 ? "PICKUP" : "DELIVERY";
  const fulfilment = trouble === null ? drawn : trouble.kind === "LATE" ? trouble.fulfilment : "DELIVERY";
  const draw = random.between(0, 999);
  const cancels = draw < 30 && trouble === null;
  const refundCard = random.pick(["pm_card_visa", "pm_card_timeoutAfterRefund", "pm_card_refundRefusedTwice"]);
  const plan: Plan = {
    restaurant: random.pick(kitchensOf(size)),
    limited: random.fraction() < 0.2,
    quantity: random.between(1, 3),
    fulfilment,
    tipMinor: fulfilment === "DELIVERY" ? random.pick([0, 0, 500_000, 1_000_000]) : 0,
    card: cancels ? refundCard : cardOf(random.between(0, 999)),
    afterwards: cancels ? "cancel" : draw < 90 ? "repeat" : draw < 120 ? "conflict" : "wait",
    stranger: random.fraction() < 0.03,
    withCode: random.fraction() < 0.4,
    trouble,
    paysAgain: random.fraction() < 0.7,
  };
  if (trouble === null) return plan;
  // Its money must have been taken, so that there is something to share out.
  return { ...plan, card: "pm_card_visa", afterwards: "wait", tipMinor: fulfilment === "DELIVERY" ? 1_000_000 : 0 };
}
