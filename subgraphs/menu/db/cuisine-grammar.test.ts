import { expect, test } from "vitest";
import { demoDish, demoSign } from "./cuisine-grammar.ts";

test("the first 30 dishes of every kitchen have names of their own, in all four sections", () => {
  for (let restaurant = 0; restaurant < 8; restaurant++) {
    const dishes = Array.from({ length: 30 }, (_, n) => demoDish(restaurant, n));
    expect(new Set(dishes.map((dish) => dish.name)).size).toBe(30);
    expect(new Set(dishes.map((dish) => dish.section)).size).toBe(4);
  }
});

test("a sign carries the person's name", () => {
  expect(demoSign(0, "Siti")).toBe("Warung Bu Siti");
});
