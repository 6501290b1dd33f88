import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "../../../kit/testing/database.ts";
import { demoOrder } from "../../../demo/world/orders.ts";
import { sizes } from "../../../demo/world/world.ts";
import { priceItems } from "../actions/price-items.ts";
import { restaurantsById } from "./queries/restaurants.ts";
import { seed } from "./seed.ts";

const now = new Date("2026-06-01T05:00:00Z");

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase("menu");
  await seed(database.db, "test", now);
  await seed(database.db, "test", now);
});
afterAll(() => database.close());

test("past orders name restaurants as the menu does", async () => {
  const told = Array.from({ length: sizes.test.orders }, (_, n) => demoOrder(n, "test", now));
  const rows = await restaurantsById(
    database.db,
    told.map((order) => order.restaurantId),
  );
  for (const order of told) expect(rows.get(order.restaurantId)?.name).toBe(order.restaurantName);
});

test("every line of a past order can be ordered again: same name, price, tax and choices", async () => {
  for (let n = 0; n < sizes.test.orders; n++) {
    const { restaurantId, lines } = demoOrder(n, "test", now);
    const asked = lines.map(({ itemId, quantity, modifiers }) => ({
      itemId,
      quantity,
      modifierIds: modifiers.map((modifier) => modifier.id),
    }));
    const priced = await priceItems(database.db, { restaurantId, at: now, lines: asked });
    expect(priced?.lines).toMatchObject(
      lines.map(({ itemId, name, quantity, unitPriceMinor, modifiers }) => ({
        itemId,
        name,
        quantity,
        unitPriceMinor,
        modifiers,
        problem: null,
      })),
    );
  }
});
