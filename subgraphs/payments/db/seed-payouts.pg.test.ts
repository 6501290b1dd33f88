import { afterAll, beforeAll, expect, test } from "vitest";
import { fromUuid } from "../../../kit/id.ts";
import { testDatabase } from "../../../kit/testing/database.ts";
import { demoId, sizes } from "../../../demo/world/world.ts";
import { seed } from "./seed.ts";

const now = new Date("2026-06-01T05:00:00Z");
let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase("payments");
  for (const _ of ["once", "again"]) await seed(database.db, "test", now);
});
afterAll(() => database.close());

test("every restaurant and courier of the demo world has one account, and a timer that opens it", async () => {
  const { sql } = database;
  const accounts = await sql`select id, owner, owner_kind as kind, provider from payout_accounts order by owner`;
  expect(accounts).toHaveLength(sizes.test.restaurants + sizes.test.couriers);
  expect(accounts).toContainEqual({
    id: expect.any(String),
    owner: demoId("cou", 0),
    kind: "COURIER",
    provider: "OPENING",
  });
  const timers = await sql`select key from timers where name = 'payout-account.look'`;
  const ids = accounts.map((row) => fromUuid("pac", row["id"] as string));
  expect(timers.map((row) => String(row["key"])).toSorted()).toEqual(ids.toSorted());
  expect(ids).toContain(demoId("pac", 0));
});

test("what the database kept of earnings is what the entries say, order by order", async () => {
  const { sql } = database;
  const kept =
    await sql`select owner, order_id as id, amount_minor as amount, earned_at as at from order_earnings order by 1, 2`;
  const posted = await sql`select a.owner, t.order_id as id, -sum(e.amount_minor)::bigint as amount, min(t.at) as at
    from ledger_entries e join ledger_accounts a on a.id = e.account_id join ledger_transactions t on t.id = e.transaction_id
    where a.owner <> '' group by 1, 2 order by 1, 2`;
  expect(kept.length).toBeGreaterThan(sizes.test.orders);
  expect([...kept]).toEqual([...posted]);
});
