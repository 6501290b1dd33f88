import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseModifiers, priceLines, type GroupFacts, type PricedItemFacts } from "./pricing.ts";

const modifier = (id: string, priceMinor = 0, available = true) => ({ id, name: id, priceMinor, available });
const size: GroupFacts = { minChoices: 1, maxChoices: 1, modifiers: [modifier("regular"), modifier("large", 500)] };
const extras: GroupFacts = {
  minChoices: 0,
  maxChoices: 2,
  modifiers: [modifier("egg", 300), modifier("rice", 200), modifier("gone", 0, false)],
};
const item = (over: Partial<PricedItemFacts> = {}): PricedItemFacts => ({
  id: "nasi",
  name: "Nasi",
  priceMinor: 2_000,
  taxRateBps: 1000,
  available: true,
  stock: null,
  groups: [size, extras],
  ...over,
});
const price = (facts: PricedItemFacts | null, ...lines: { quantity: number; modifierIds: string[] }[]) =>
  priceLines(
    lines.map((line) => ({ itemId: "nasi", ...line })),
    new Map(facts ? [[facts.id, facts]] : []),
  );

test("a line costs its item and modifiers", () => {
  const [line] = price(item(), { quantity: 3, modifierIds: ["large", "egg"] });
  expect(line).toMatchObject({ unitPriceMinor: 2_800, quantity: 3, problem: null, taxRateBps: 1000 });
  expect(line?.modifiers.map((each) => each.id)).toEqual(["large", "egg"]);
});

test.each([
  ["UNKNOWN_ITEM", null, 1, []],
  ["BAD_QUANTITY", item(), 0, ["regular"]],
  ["BAD_QUANTITY", item(), -1, ["regular"]],
  ["BAD_QUANTITY", item(), 100, ["regular"]],
  ["UNAVAILABLE", item({ available: false }), 1, ["regular"]],
  ["MODIFIER_LIMITS", item(), 1, []],
  ["MODIFIER_LIMITS", item(), 1, ["regular", "large"]],
  ["MODIFIER_LIMITS", item(), 1, ["regular", "regular"]],
  ["MODIFIER_LIMITS", item(), 1, ["regular", "gone"]],
  ["MODIFIER_LIMITS", item(), 1, ["regular", "another restaurant's"]],
  ["OUT_OF_STOCK", item({ stock: 1 }), 2, ["regular"]],
])("%s", (problem, facts, quantity, modifierIds) => {
  expect(price(facts, { quantity, modifierIds })).toMatchObject([{ problem }]);
});

test("lines of one item share its stock", () => {
  const line = { quantity: 2, modifierIds: ["regular"] };
  expect(price(item({ stock: 3 }), line, line).map((each) => each.problem)).toEqual(["OUT_OF_STOCK", "OUT_OF_STOCK"]);
  expect(price(item({ stock: 4 }), line, line).map((each) => each.problem)).toEqual([null, null]);
});

test("a choice stands exactly when every group's limits hold", () => {
  const groups = fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      min: fc.integer({ min: 0, max: 3 }),
      more: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(groups, fc.infiniteStream(fc.boolean()), (shapes, picks) => {
      const facts = shapes.map(({ size: count, min, more }, group) => ({
        minChoices: min,
        maxChoices: Math.max(min + more, 1),
        modifiers: Array.from({ length: count }, (_, place) => modifier(`${group}.${place}`)),
      }));
      const chosen = facts.map((group) =>
        group.modifiers.filter(() => picks.next().value === true).map((each) => each.id),
      );
      const legal = facts.every((group, index) => {
        const count = chosen[index]?.length ?? 0;
        return count >= group.minChoices && count <= group.maxChoices;
      });
      expect(chooseModifiers(facts, chosen.flat()) !== null).toBe(legal);
    }),
  );
});

test("99 pieces may be asked for, and what may not be does not count against the stock of others", () => {
  expect(price(item(), { quantity: 99, modifierIds: ["regular"] })).toMatchObject([{ problem: null }]);
  const lines = [
    { quantity: 100, modifierIds: ["regular"] },
    { quantity: 1, modifierIds: ["regular"] },
  ];
  expect(price(item({ stock: 1 }), ...lines).map(({ problem }) => problem)).toEqual(["BAD_QUANTITY", null]);
});

test("a line that cannot be priced says nothing of its item", () => {
  expect(price(null, { quantity: 2, modifierIds: ["large"] })).toEqual([
    { itemId: "nasi", quantity: 2, name: "", unitPriceMinor: 0, modifiers: [], taxRateBps: 0, problem: "UNKNOWN_ITEM" },
  ]);
  expect(price(item(), { quantity: 1, modifierIds: [] })).toEqual([
    {
      itemId: "nasi",
      quantity: 1,
      name: "Nasi",
      unitPriceMinor: 2_000,
      modifiers: [],
      taxRateBps: 1000,
      problem: "MODIFIER_LIMITS",
    },
  ]);
});
