import { fromStart } from "../../../kit/graphql/connection.ts";
import { expect, test } from "vitest";
import { testDatabase } from "../../../kit/testing/database.ts";
import { demoDish, demoRestaurantName } from "../../../demo/world/dishes.ts";
import { demoOrder } from "../../../demo/world/orders.ts";
import { replay } from "../domain/order-states.ts";
import { historyByOrder, linesByOrder, ordersPage } from "./queries.ts";
import { seed } from "./seed.ts";

const now = new Date("2026-06-01T05:00:00Z");

test("past orders are seeded once, and their histories replay", async () => {
  const database = await testDatabase("orders");
  const { db } = database;
  try {
    await seed(db, "test", now);
    await seed(db, "test", now);
    const all = await ordersPage(db, {}, fromStart(100));
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
    const all = await ordersPage(db, {}, fromStart(100));
    const first = await ordersPage(db, {}, fromStart(15));
    const last = first.at(-1);
    const after = last && ([last.createdAt.getTime(), last.id] as const);
    const rest = await ordersPage(db, {}, { ...fromStart(100), after: after ?? null });
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

test("past orders carry the names on the menu, and the choices that a dish demands", async () => {
  const database = await testDatabase("orders");
  const { db } = database;
  try {
    await seed(db, "test", now);
    const all = new Map((await ordersPage(db, {}, fromStart(100))).map((order) => [order.id, order]));
    const lines = await linesByOrder(db, [...all.keys()]);
    for (let n = 0; n < all.size; n++) {
      const { id, restaurant, lines: told } = demoOrder(n, "test", now);
      expect(all.get(id)?.restaurantName).toBe(demoRestaurantName(restaurant));
      expect(lines.get(id)?.map(({ name }) => name)).toEqual(
        told.map(({ itemIndex }) => demoDish(restaurant, itemIndex).name),
      );
      for (const { itemIndex, modifiers } of (lines.get(id) ?? []).map((line, k) => ({ ...told[k], ...line })))
        expect(modifiers.map(({ name }) => name)).toEqual((itemIndex ?? 0) % 6 === 2 ? ["Regular"] : []);
    }
  } finally {
    await database.close();
  }
});
