import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeLines, reachableFrom, reservationMoves } from "./reservation.ts";

test("nothing leaves RELEASED, and nothing comes back to HELD", () => {
  expect(reservationMoves.RELEASED).toEqual([]);
  expect(reachableFrom("HELD")).toEqual([]);
  expect(reachableFrom("COMMITTED")).toEqual(["HELD"]);
  expect(reachableFrom("RELEASED")).toEqual(["HELD", "COMMITTED"]);
});

test("merging keeps the total of every item, in one order", () => {
  const lines = fc.array(
    fc.record({ itemId: fc.constantFrom("a", "b", "c"), quantity: fc.integer({ min: 1, max: 99 }) }),
  );
  fc.assert(
    fc.property(lines, (asked) => {
      const merged = mergeLines(asked);
      const total = (list: readonly { itemId: string; quantity: number }[], id: string) =>
        list.filter((line) => line.itemId === id).reduce((sum, line) => sum + line.quantity, 0);
      for (const id of ["a", "b", "c"]) expect(total(merged, id)).toBe(total(asked, id));
      expect(merged.map((line) => line.itemId)).toEqual([...new Set(asked.map((line) => line.itemId))].sort());
    }),
  );
});
