import { expect, test } from "vitest";
import { testDatabase } from "../../../kit/testing/database.ts";
import { replay } from "../domain/order-states.ts";
import { historyByOrder, ordersPage } from "./queries.ts";
import { seed } from "./seed.ts";

const now = new Date("2026-06-01T05:00:00Z");

test("past orders are seeded once, and their histories replay", async () => {
  const database = await testDatabase("orders");
  const { db } = database;
  try {
    await seed(db, "test", now);
    await seed(db, "test", now);
    const all = await ordersPage(db, {}, 100);
    expect(all).toHaveLength(40);
    const histories = await historyByOrder(
      db,
      all.map((order) => order.id),
    );
    for (const order of all) {
      const steps = (histories.get(order.id) ?? []).map(({ fromState: from, toState: to, cause }) => ({
        from,
        to,
        cause,
      }));
      expect(replay(steps)).toEqual({ ok: true, value: order.state });
    }
  } finally {
    await database.close();
  }
});

test("pages follow one another without gap or repetition", async () => {
  const database = await testDatabase("orders");
  const { db } = database;
  try {
    await seed(db, "test", now);
    const all = await ordersPage(db, {}, 100);
    const first = await ordersPage(db, {}, 15);
    const last = first.at(-1);
    const rest = await ordersPage(db, {}, 100, last);
    expect([...first, ...rest].map((order) => order.id)).toEqual(all.map((order) => order.id));
  } finally {
    await database.close();
  }
});

test("the demo size holds 5,000 orders", async () => {
  const database = await testDatabase("orders");
  const { db, sql } = database;
  try {
    await seed(db, "demo", now);
    const [count] = await sql`select count(*)::int as orders from orders`;
    expect(count).toEqual({ orders: 5000 });
  } finally {
    await database.close();
  }
});
