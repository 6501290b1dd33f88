import { expect, test } from "vitest";
import { demoDish, demoItemId, demoRequiredOptions, demoRestaurantName } from "./dishes.ts";
import { demoItemPriceMinor, demoOrder } from "./orders.ts";
import { demoCustomerName } from "./people.ts";
import { sizes } from "./world.ts";

const now = new Date("2026-06-01T05:00:00Z");

test("the first 30 dishes of every kitchen have names of their own, in all four sections", () => {
  for (let restaurant = 0; restaurant < 8; restaurant++) {
    const dishes = Array.from({ length: 30 }, (_, n) => demoDish(restaurant, n));
    expect(new Set(dishes.map((dish) => dish.name)).size).toBe(30);
    expect(new Set(dishes.map((dish) => dish.section)).size).toBe(4);
  }
});

test("prices are those of the dish: at every place tea costs less than any main, sides and desserts less than the dearest", () => {
  for (let restaurant = 0; restaurant < 320; restaurant++) {
    const dishes = Array.from({ length: 30 }, (_, n) => ({
      ...demoDish(restaurant, n),
      rupiah: demoItemPriceMinor(restaurant, n) / 100,
    }));
    const prices = (section: string) => dishes.filter((dish) => dish.section === section).map(({ rupiah }) => rupiah);
    const tea = dishes.find(({ name }) => name === "Es Teh Manis")?.rupiah ?? Number.NaN;
    expect(tea).toBeLessThan(Math.min(...prices("Mains")));
    for (const section of ["Drinks", "Sides", "Desserts"])
      expect(Math.max(...prices(section)), section).toBeLessThan(Math.max(...prices("Mains")));
    for (const { rupiah } of dishes) {
      expect(rupiah % 500).toBe(0);
      expect(rupiah).toBeGreaterThanOrEqual(4_000);
      expect(rupiah).toBeLessThanOrEqual(110_000);
    }
  }
});

test("every restaurant has a name of its own, with a person in it", () => {
  expect(demoRestaurantName(0)).toBe("Warung Bu Siti");
  const names = Array.from({ length: 5_000 }, (_, n) => demoRestaurantName(n));
  expect(new Set(names).size).toBe(5_000);
});

test("every customer of the demo has a name of their own", () => {
  const names = Array.from({ length: sizes.demo.customers }, (_, n) => demoCustomerName(n));
  expect(new Set(names).size).toBe(sizes.demo.customers);
});

test("past orders show the menu's names and prices, with the choices that a dish demands", () => {
  const orders = Array.from({ length: 500 }, (_, n) => demoOrder(n, "demo", now));
  for (const { restaurant, restaurantName, lines } of orders) {
    expect(restaurantName).toBe(demoRestaurantName(restaurant));
    for (const { itemIndex, itemId, name, modifiers, unitPriceMinor } of lines) {
      expect({ itemId, name }).toEqual({
        itemId: demoItemId(restaurant, itemIndex),
        name: demoDish(restaurant, itemIndex).name,
      });
      expect(modifiers).toEqual(demoRequiredOptions(restaurant, itemIndex));
      expect(unitPriceMinor).toBe(demoItemPriceMinor(restaurant, itemIndex));
    }
  }
  expect(orders.some(({ lines }) => lines.some(({ modifiers }) => modifiers[0]?.name === "Regular"))).toBe(true);
});
