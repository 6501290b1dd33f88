import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromUuid } from "../../kit/id.ts";
import { replayPayout, type PayoutState } from "./domain/payout-states.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

let rig: Payouts;
// The provider calls back, doubled and out of order, while things happen.
beforeAll(async () => void (rig = await startPayouts({ webhooks: true })));
afterAll(() => rig.stop());

const banks = [
  "btok_us_verified",
  "btok_couldNotProcessTwice",
  "btok_transferRefusedTwice",
  "btok_us_verified_accountClosed",
  "btok_notInstant",
  "btok_returned",
] as const;

type Step =
  | { do: "EARN" | "WEEK" | "HOLD" | "RELEASE" }
  | { do: "INSTANT"; amountMinor: number | null }
  | { do: "BANK"; bank: (typeof banks)[number] };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "EARN" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("INSTANT" as const),
      amountMinor: fc.option(fc.integer({ min: 1, max: 120_000 })),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "WEEK" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("BANK" as const), bank: fc.constantFrom(...banks) }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: "HOLD" as const }, { do: "RELEASE" as const }) },
);

async function take(payee: Payee, next: Step): Promise<number> {
  switch (next.do) {
    case "EARN":
      await rig.earn(null, payee);
      return earned.courier;
    case "WEEK":
      await rig.nextWeek(payee);
      return 0;
    case "HOLD":
    case "RELEASE":
      await rig.govern(next.do === "HOLD" ? "hold" : "release", payee);
      return 0;
    case "INSTANT":
      await rig.instant(payee, next.amountMinor === null ? {} : { amountMinor: next.amountMinor });
      await rig.runTimers();
      return 0;
    case "BANK":
      await rig.bank(payee, next.bank);
      return 0;
  }
}

/** What is owed, what is on its way or paid, and how many payouts are live: of one moment. */
async function standing(payee: Payee) {
  const [row] = await rig.sql`select
    (select -sum(b.amount_minor)::bigint from ledger_balances b join ledger_accounts a on a.id = b.account_id
      where a.owner = ${payee.id}) as owed,
    (select coalesce(sum(p.amount_minor), 0)::bigint from payouts p join payout_accounts a on a.id = p.account_id
      where a.owner = ${payee.id} and p.state not in ('FAILED', 'RETURNED')) as out,
    (select count(*)::int from payouts p join payout_accounts a on a.id = p.account_id
      where a.owner = ${payee.id} and p.state in ('PENDING', 'SENDING', 'IN_TRANSIT')) as live`;
  return { owed: Number(row?.["owed"]), out: Number(row?.["out"]), live: Number(row?.["live"]) };
}

type Row = {
  id: string;
  state: PayoutState;
  net: { amount: number };
  history: { from: PayoutState; to: PayoutState }[];
};

/** Mends everything and waits until nothing is on its way. */
async function settleDown(payee: Payee): Promise<Row[]> {
  await rig.govern("release", payee);
  await rig.bank(payee, "btok_us_verified");
  let rows: Row[] = [];
  await rig.until(async () => {
    rows = await rig.payouts(payee);
    expect(rows.filter(({ state }) => !["PAID", "FAILED", "RETURNED"].includes(state))).toEqual([]);
    const { transferred, paid } = await rig.provider(payee);
    expect(transferred).toBe(paid);
  });
  return rows;
}

const title =
  "whatever happens in whatever order, nothing is paid twice, nothing is lost, and the provider says the same";

test(title, { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const payee = await rig.courier();
      await rig.earn(null, payee);
      let sales: number = earned.courier;
      for (const next of steps) {
        sales += await take(payee, next);
        const { owed, out, live } = await standing(payee);
        expect([owed + out, live <= 1, owed >= 0]).toEqual([sales, true, true]);
      }
      const rows = await settleDown(payee);
      const arrived = rows.filter(({ state }) => state === "PAID").reduce((sum, { net }) => sum + net.amount, 0);
      expect((await rig.provider(payee)).paid).toBe(arrived);
      for (const { state, history } of rows) expect(replayPayout(history)).toEqual({ ok: true, value: state });
      const ids = rows.map(({ id }) => id);
      const open = await rig.sql`select payout_id from payout_attempts where state = 'LIVE'`;
      expect(open.filter((row) => ids.includes(fromUuid("pyt", row["payout_id"] as string)))).toEqual([]);
      expect((await rig.ledger()).sum).toBe(0);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
