import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { startMoney, type Money } from "./testing/money.ts";

const hour = 3_600_000;
let rig: Money;
beforeAll(async () => {
  rig = await startMoney({ settings: { RECONCILE_INTERVAL_MS: String(hour), RECONCILE_SETTLE_MS: "0" } });
  // The provider dates its objects by the machine's clock.
  rig.clock.advance(Date.now() - rig.clock.now().getTime());
  await rig.runTimers();
});
afterAll(() => rig.stop());

type Posted = { kind: string; entries: object[] };
const fees = async (orderId: string): Promise<Posted[]> =>
  (await rig.ledger(orderId)).transactions.filter(({ kind }: Posted) => kind === "dispute-fee");

const entry = (account: string, amount: number, currency: string) => ({ account, amount: { amount, currency } });
/** The one posting of a fee. */
const feeOf = (amount: number, currency: string) => [
  { kind: "dispute-fee", entries: [entry("psp_fees", amount, currency), entry("psp_clearing", -amount, currency)] },
];

const events = {
  created: "needs_response",
  updated: "under_review",
  funds_withdrawn: "needs_response",
  funds_reinstated: "won",
  closed: "won",
} as const;
type Event = keyof typeof events;

/** Tells of a dispute as the provider would, the fee being 15.00 dollars; each call is another webhook. */
async function dispute(orderId: string) {
  const [intent] = await rig.intents(orderId);
  const withdrawn = { object: "balance_transaction", amount: -7_500, fee: 1_500, net: -9_000, currency: "usd" };
  const reinstated = { ...withdrawn, amount: 7_500, fee: 0, net: 7_500 };
  const object = { id: `dp_${newId("evt")}`, object: "dispute", amount: 120_000, payment_intent: intent?.id };
  return async (event: Event, moved = true) => {
    const of = events[event] === "won" ? [withdrawn, reinstated] : [withdrawn];
    const balance = moved ? { balance_transactions: of } : {};
    const data = { object: { ...object, ...balance, status: events[event] } };
    const id = `evt_${newId("evt")}`;
    expect((await rig.webhook({ id, object: "event", type: `charge.dispute.${event}`, data })).status).toBe(200);
  };
}

describe("the provider's fee of a dispute", () => {
  test.each<{ told: readonly Event[] }>([
    { told: ["created", "funds_withdrawn", "closed", "funds_reinstated"] },
    { told: ["closed", "created", "funds_reinstated", "funds_withdrawn"] },
    { told: ["funds_withdrawn", "updated", "created", "closed"] },
    { told: ["funds_reinstated", "closed", "funds_withdrawn", "created"] },
  ])("is posted once and kept when it is won, each told twice: $told", async ({ told }) => {
    const { orderId } = await rig.captured();
    const tell = await dispute(orderId);
    for (const event of told) for (const _ of [1, 2]) await tell(event);
    expect(await fees(orderId)).toEqual(feeOf(1_500, "USD"));
    expect(await rig.seen(orderId)).toMatchObject({ state: "CAPTURED", disputes: [{ state: "WON" }] });
    expect(await rig.balance(orderId, "chargebacks")).toBe(0);
    expect((await rig.ledger(orderId)).sums).toEqual([{ sumMinor: 0 }, { sumMinor: 0 }]);
  });

  test("is posted once though all tell of it at the same time", async () => {
    const { orderId } = await rig.captured();
    const tell = await dispute(orderId);
    await Promise.all((["closed", "created", "funds_withdrawn", "updated"] as const).map((event) => tell(event)));
    expect(await fees(orderId)).toEqual(feeOf(1_500, "USD"));
  });

  test("is posted when it is told, which may be after the dispute was opened", async () => {
    const { orderId } = await rig.captured();
    const tell = await dispute(orderId);
    await tell("created", false);
    expect(await fees(orderId)).toEqual([]);
    expect(await rig.stateOf(orderId)).toBe("DISPUTED");
    await tell("funds_withdrawn");
    expect(await fees(orderId)).toEqual(feeOf(1_500, "USD"));
    expect(await rig.stateOf(orderId)).toBe("DISPUTED");
  });

  test("is each dispute's own", async () => {
    const { orderId } = await rig.captured();
    for (const _ of [1, 2]) await (await dispute(orderId))("created");
    expect(await fees(orderId)).toEqual([...feeOf(1_500, "USD"), ...feeOf(1_500, "USD")]);
  });
});

describe("reconciliation", () => {
  test("posts the fee with a dispute of which no webhook came, once", async () => {
    const { orderId } = await rig.captured("pm_card_createDispute");
    expect(await fees(orderId)).toEqual([]);
    for (const _ of [1, 2]) await rig.later(hour);
    expect(await fees(orderId)).toEqual(feeOf(1_500, "IDR"));
  });

  test("posts the fee that no webhook told, of a dispute that is known", async () => {
    const { orderId } = await rig.captured("pm_card_createDispute");
    const [intent] = await rig.intents(orderId);
    const [there] = (await rig.stripe.disputes.list({ payment_intent: intent!.id })).data;
    const object = { ...there, balance_transactions: [] };
    const id = `evt_${newId("evt")}`;
    await rig.webhook({ id, object: "event", type: "charge.dispute.created", data: { object } });
    expect(await rig.stateOf(orderId)).toBe("DISPUTED");
    expect(await fees(orderId)).toEqual([]);
    for (const _ of [1, 2]) await rig.later(hour);
    expect(await fees(orderId)).toEqual(feeOf(1_500, "IDR"));
    expect((await rig.seen(orderId)).disputes).toHaveLength(1);
  });
});
