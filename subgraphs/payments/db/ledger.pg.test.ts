import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { demoOrder } from "../../../demo/world/orders.ts";
import { demoId, demoUserId } from "../../../demo/world/world.ts";
import { replay } from "../domain/payment-states.ts";
import type { Entry } from "../domain/postings.ts";
import { post } from "./ledger.ts";
import {
  balancesByOwner,
  historyByPayment,
  ledgerOfOrder,
  ledgerSums,
  paymentsByOrder,
  restaurantsOfUsers,
} from "./queries.ts";
import { seed } from "./seed.ts";

const now = new Date("2026-06-01T05:00:00Z");
const moment = { now, traceId: "t" };
let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase("payments")));
afterAll(() => database.close());

const posting = (entries: Entry[], reference = newId("pay")) =>
  ({ kind: "payment-captured", reference, orderId: newId("ord"), currency: "IDR", entries }) as const;
const balanced: Entry[] = [
  { account: "psp_clearing", owner: "", amountMinor: 500 },
  { account: "orders_held", owner: "", amountMinor: -500 },
];
/** What the database said, under the driver's wrapping. */
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "accepted",
    (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message ?? ""}`,
  );

describe("the ledger in the database", () => {
  test("posts a fact once, also when told twice at the same time", async () => {
    const fact = posting(balanced);
    const told = await Promise.all([1, 2, 3].map(() => database.db.transaction((tx) => post(tx, fact, moment))));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await ledgerOfOrder(database.db, fact.orderId)).toHaveLength(1);
  });

  test("refuses at commit what does not sum to 0, and a transaction without entries", async () => {
    const lopsided = posting([{ account: "psp_clearing", owner: "", amountMinor: 500 }]);
    expect(await refusal(database.db.transaction((tx) => post(tx, lopsided, moment)))).toContain("does not sum to 0");
    const { sql } = database;
    const empty = sql`insert into ledger_transactions values (${crypto.randomUUID()}, 'order-settled', 'x', ${crypto.randomUUID()}, 't', now(), '2026-06-01')`;
    expect(await refusal(empty)).toContain("has no entries");
    const late = sql`insert into ledger_entries select transaction_id, 99, account_id, currency, 1 from ledger_entries limit 1`;
    expect(await refusal(late)).toContain("does not sum to 0");
  });

  test("lets the service neither change, delete nor truncate", async () => {
    await database.db.transaction((tx) => post(tx, posting(balanced), moment));
    for (const table of ["ledger_entries", "ledger_transactions", "ledger_accounts"]) {
      for (const statement of [`update ${table} set id = id`, `delete from ${table}`, `truncate ${table} cascade`]) {
        const text = statement.replace("set id = id", table === "ledger_entries" ? "set line = line" : "set id = id");
        expect(await refusal(database.sql.unsafe(text))).toMatch(/permission denied|append-only/);
      }
    }
  });
});

test("the seed tells the past orders, balances, and fills once", async () => {
  const fresh = await testDatabase("payments");
  try {
    await seed(fresh.db, "test", now);
    const before = await ledgerSums(fresh.db);
    expect(before).toEqual([{ currency: "IDR", sumMinor: 0, entries: expect.any(Number) }]);
    await seed(fresh.db, "test", now);
    expect(await ledgerSums(fresh.db)).toEqual(before);
    const order = demoOrder(0, "test", now);
    const payment = (await paymentsByOrder(fresh.db, [order.id])).get(order.id);
    expect(payment).toMatchObject({ id: order.paymentId, amountMinor: order.amounts.totalMinor });
    const history = (await historyByPayment(fresh.db, [order.paymentId])).get(order.paymentId) ?? [];
    expect(replay(history)).toEqual({ ok: true, value: payment?.state });
    const owed = await balancesByOwner(fresh.db, [demoId("rst", 0)], ["restaurant_payable"]);
    expect(owed.get(demoId("rst", 0))?.[0]?.amount).toBeGreaterThan(0);
    expect((await restaurantsOfUsers(fresh.db, [demoUserId.owner(0)])).get(demoUserId.owner(0))).toEqual(
      new Set([demoId("rst", 0)]),
    );
  } finally {
    await fresh.close();
  }
});
