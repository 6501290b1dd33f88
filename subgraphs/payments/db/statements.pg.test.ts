import { fromStart } from "../../../kit/graphql/connection.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { nothingRefunded } from "../domain/fault-policy.ts";
import { entriesOf, type Entry } from "../domain/postings.ts";
import { post } from "./ledger.ts";
import { statementBalances, statementLines, type StatementLine, type StatementScope } from "./statements.ts";

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase("payments")));
afterAll(() => database.close());

const restaurants = [newId("rst"), newId("rst")];
const couriers = [newId("cou"), newId("cou")];
const days = Array.from({ length: 9 }, (_, index) => `2026-05-0${index + 1}`);
const currencies = ["IDR", "KWD"];

const minor = fc.integer({ min: 0, max: 100_000 });
/** An order sold on a day, refunded and paid out on others. */
const story = fc.record({
  restaurant: fc.constantFrom(...restaurants),
  courier: fc.constantFrom(...couriers),
  currency: fc.constantFrom(...currencies),
  day: fc.constantFrom(...days),
  itemsMinor: minor,
  taxMinor: minor,
  tipMinor: minor,
  courierPayMinor: minor,
  refund: fc.record({ day: fc.constantFrom(...days), percent: fc.nat({ max: 100 }) }),
  payout: fc.record({ day: fc.constantFrom(...days), percent: fc.nat({ max: 100 }) }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

async function tell({ restaurant, courier, day, refund, payout, ...sold }: Story): Promise<void> {
  const { itemsMinor, taxMinor, tipMinor, courierPayMinor, currency } = sold;
  const owners = { restaurantId: restaurant, courierId: courier };
  const fees = { discountMinor: 0, deliveryFeeMinor: 0, serviceFeeMinor: 0, smallOrderFeeMinor: 0 };
  const amounts = { itemsMinor, taxMinor, tipMinor, ...fees, totalMinor: itemsMinor + taxMinor + tipMinor };
  const facts = { amounts, commissionBps: 2_000, courierPayMinor, refunded: nothingRefunded, refundedTaxMinor: 0 };
  const earned = { salesMinor: itemsMinor, commissionBps: 2_000, courierPayMinor };
  const amountMinor = Math.floor((itemsMinor * refund.percent) / 100);
  const parts = { heldMinor: 0, taxMinor: 0, borneMinor: amountMinor, promotedMinor: 0, customerPays: true };
  const back = { amountMinor, ...parts, fault: "RESTAURANT", before: nothingRefunded, earned } as const;
  const paidMinor = Math.floor((itemsMinor * payout.percent) / 100);
  const out: Entry[] = [
    { account: "restaurant_payable", owner: restaurant, amountMinor: paidMinor },
    { account: "payout_in_transit", owner: "", amountMinor: -paidMinor },
  ];
  const orderId = newId("ord");
  const facts3 = [
    { kind: "order-settled", orderId, day, entries: entriesOf("order-settled", facts, owners) },
    {
      kind: "refund-requested-settled",
      orderId,
      day: refund.day,
      entries: entriesOf("refund-requested-settled", back, owners),
    },
    { kind: "payout-reversed", orderId: null, day: payout.day, entries: paidMinor > 0 ? out : [] },
  ] as const;
  for (const { kind, entries, orderId: about, day: on } of facts3) {
    const moment = { now: new Date(`${on}T05:00:00Z`), traceId: "t" };
    const fact = { kind, reference: newId("pay"), orderId: about, currency, entries };
    await database.db.transaction((tx) => post(tx, fact, moment));
  }
}

/** What the entries of an owner come to on the days in [from, to], owed positive; asked of the entries alone. */
async function entriesSum({ owner, currency }: StatementScope, from: string, to: string): Promise<number> {
  const [row] = await database.sql`select coalesce(-sum(e.amount_minor), 0) as sum from ledger_entries e
    join ledger_accounts a on a.id = e.account_id join ledger_transactions t on t.id = e.transaction_id
    where a.owner = ${owner} and a.currency = ${currency} and t.booking_day between ${from}::date and ${to}::date`;
  return Number(row?.["sum"]);
}

async function allLines(scope: StatementScope, page: number): Promise<StatementLine[]> {
  const lines: StatementLine[] = [];
  for (;;) {
    const last = lines.at(-1);
    const next = await statementLines(database.db, scope, {
      ...fromStart(page),
      after: last ? [last.at.getTime(), last.about] : null,
    });
    lines.push(...next);
    if (next.length < page) return lines;
  }
}

test("every window of every owner and currency says what the entries say, page by page", async () => {
  for (const one of fc.sample(story, { numRuns: 40, seed: 11 })) await tell(one);
  const owners = [
    ...restaurants.map((owner) => ({ owner, kinds: ["restaurant_payable"] as const })),
    ...couriers.map((owner) => ({ owner, kinds: ["courier_payable", "tips_held"] as const })),
  ];
  const window = fc.record({
    who: fc.constantFrom(...owners),
    currency: fc.constantFrom(...currencies),
    first: fc.nat({ max: 8 }),
    length: fc.nat({ max: 8 }),
    page: fc.integer({ min: 1, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(window, async ({ who, currency, first, length, page }) => {
      const [from, to] = [days[first]!, days[Math.min(first + length, 8)]!];
      const scope: StatementScope = { ...who, currency, from, to };
      const { openingMinor, closingMinor } = await statementBalances(database.db, scope);
      expect(openingMinor).toBe((await entriesSum(scope, "2000-01-01", from)) - (await entriesSum(scope, from, from)));
      expect(closingMinor - openingMinor).toBe(await entriesSum(scope, from, to));
      const lines = await allLines(scope, page);
      expect(lines.reduce((sum, { amounts }) => sum + amounts.netMinor, 0)).toBe(closingMinor - openingMinor);
      expect(new Set(lines.map(({ about }) => about)).size).toBe(lines.length);
      expect(lines.map(({ at }) => at.getTime())).toEqual(
        lines.map(({ at }) => at.getTime()).toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 60, seed: 5 },
  );
});
