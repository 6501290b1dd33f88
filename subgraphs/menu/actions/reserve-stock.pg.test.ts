import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { demoId } from "../../../demo/world/world.ts";
import { menuItems, stockReservations, timers } from "../db/tables.ts";
import { seed } from "../db/seed.ts";
import { releaseExpired, reserveStock, settleOrderStock } from "./reserve-stock.ts";

const now = new Date("2026-06-01T05:00:00Z");
const later = new Date(now.getTime() + 600_000);
const moment = { now, traceId: "test" };
const restaurantId = demoId("rst", 0);
const limited = demoId("itm", 5);
const unlimited = demoId("itm", 0);

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase("menu");
  await seed(database.db, "test", now);
});
afterAll(() => database.close());

const ask = (lines: { itemId: string; quantity: number }[], over: object = {}) => ({
  orderId: newId("ord"),
  restaurantId,
  at: now,
  expiresAt: later,
  lines,
  ...over,
});
const setStock = (stock: number | null, itemId = limited) =>
  database.db.update(menuItems).set({ stock, available: true }).where(eq(menuItems.id, itemId));
async function stockOf(itemId = limited) {
  const [row] = await database.db.select().from(menuItems).where(eq(menuItems.id, itemId));
  return row?.stock;
}
async function stateOf(orderId: string) {
  const [row] = await database.db.select().from(stockReservations).where(eq(stockReservations.orderId, orderId));
  return row?.state ?? null;
}
const settle = (orderId: string, to: "COMMITTED" | "RELEASED") =>
  database.db.transaction((tx) => settleOrderStock(tx, orderId, to, now));

test("twenty orders for ten portions: ten get one, stock ends at 0", async () => {
  await setStock(10);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => reserveStock(database.db, ask([{ itemId: limited, quantity: 1 }]), moment)),
  );
  expect(answers.filter((issues) => issues.length === 0)).toHaveLength(10);
  expect(answers.flat().every((issue) => issue.problem === "OUT_OF_STOCK")).toBe(true);
  expect(await stockOf()).toBe(0);
});

test("orders that take two items in opposite order neither lock up nor oversell", async () => {
  const other = demoId("itm", 1);
  await Promise.all([setStock(8), setStock(8, other)]);
  const pair = [limited, other].map((itemId) => ({ itemId, quantity: 1 }));
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, n) => reserveStock(database.db, ask(n % 2 ? pair : pair.toReversed()), moment)),
  );
  expect(answers.filter((issues) => issues.length === 0)).toHaveLength(8);
  expect([await stockOf(), await stockOf(other)]).toEqual([0, 0]);
  await setStock(null, other);
});

test("the same order asked for in parallel holds once", async () => {
  await setStock(10);
  const request = ask([
    { itemId: limited, quantity: 2 },
    { itemId: limited, quantity: 1 },
  ]);
  const answers = await Promise.all(Array.from({ length: 10 }, () => reserveStock(database.db, request, moment)));
  expect(answers.flat()).toEqual([]);
  expect(await stockOf()).toBe(7);
});

test("one line that cannot be held holds nothing", async () => {
  await setStock(5);
  const request = ask([
    { itemId: limited, quantity: 2 },
    { itemId: newId("itm"), quantity: 1 },
  ]);
  expect(await reserveStock(database.db, request, moment)).toMatchObject([{ problem: "UNKNOWN_ITEM" }]);
  expect(await stockOf()).toBe(5);
  expect(await stateOf(request.orderId)).toBeNull();
});

test("releases in parallel give back once, also after a commit, and the order cannot hold again", async () => {
  await setStock(5);
  const request = ask([
    { itemId: limited, quantity: 3 },
    { itemId: unlimited, quantity: 4 },
  ]);
  await reserveStock(database.db, request, moment);
  await settle(request.orderId, "COMMITTED");
  expect(await stockOf()).toBe(2);
  await Promise.all(Array.from({ length: 5 }, () => settle(request.orderId, "RELEASED")));
  expect([await stockOf(), await stockOf(unlimited)]).toEqual([5, null]);
  expect(await stateOf(request.orderId)).toBe("RELEASED");
  expect(await reserveStock(database.db, request, moment)).toEqual([{ itemId: null, problem: "RESERVATION_RELEASED" }]);
});

test("expiry releases a hold whose time is up, and no other", async () => {
  await setStock(5);
  const held = ask([{ itemId: limited, quantity: 1 }]);
  const committed = ask([{ itemId: limited, quantity: 1 }]);
  await reserveStock(database.db, held, moment);
  await reserveStock(database.db, committed, moment);
  await settle(committed.orderId, "COMMITTED");
  await releaseExpired(database.db, held.orderId, now);
  expect(await stateOf(held.orderId)).toBe("HELD");
  for (const { orderId } of [held, held, committed]) await releaseExpired(database.db, orderId, later);
  expect([await stateOf(held.orderId), await stateOf(committed.orderId)]).toEqual(["RELEASED", "COMMITTED"]);
  expect(await stockOf()).toBe(4);
  const left = await database.db.select().from(timers).where(eq(timers.key, committed.orderId));
  expect(left).toEqual([]);
});

test("closed, suspended and unknown restaurants hold nothing; odd quantities neither", async () => {
  const closedAt = new Date("2026-06-01T01:00:00Z");
  const shut = ask([{ itemId: demoId("itm", 100), quantity: 1 }], { restaurantId: demoId("rst", 1), at: closedAt });
  expect(await reserveStock(database.db, shut, moment)).toMatchObject([{ problem: "RESTAURANT_CLOSED" }]);
  const unknown = ask([{ itemId: limited, quantity: 1 }], { restaurantId: newId("rst") });
  expect(await reserveStock(database.db, unknown, moment)).toMatchObject([{ problem: "RESTAURANT_CLOSED" }]);
  expect(await reserveStock(database.db, ask([{ itemId: limited, quantity: -1 }]), moment)).toMatchObject([
    { problem: "BAD_QUANTITY" },
  ]);
});

test("the database itself refuses a negative stock", async () => {
  await expect(
    database.db
      .update(menuItems)
      .set({ stock: sql`-1` })
      .where(eq(menuItems.id, limited)),
  ).rejects.toThrow();
});
