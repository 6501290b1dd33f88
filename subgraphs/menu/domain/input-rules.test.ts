import { expect, test } from "vitest";
import {
  checkCuisines,
  checkGroup,
  checkInteger,
  checkPoint,
  checkPrice,
  checkText,
  firstProblem,
  invalid,
  notFound,
  type FieldCheck,
  type GroupDraft,
} from "./input-rules.ts";

/** `field: message` of a refusal; null when the value holds. */
const said = (check: FieldCheck): string | null =>
  check === null ? null : check.tag === "INVALID" ? `${check.field}: ${check.message}` : check.what;

test("refusals say what is wrong where", () => {
  expect(invalid("name", "Too long.")).toEqual({ tag: "INVALID", field: "name", message: "Too long." });
  expect(notFound("restaurant")).toEqual({ tag: "NOT_FOUND", what: "restaurant" });
  const [one, two] = [invalid("a", "x"), invalid("b", "y")];
  expect([firstProblem([null, two, one]), firstProblem([null, null]), firstProblem([])]).toEqual([two, null, null]);
});

test("what is left out holds", () => {
  for (const absent of [null, undefined])
    expect([
      checkText("f", absent, 1, 2),
      checkInteger("f", absent, 1, 2),
      checkPrice("f", absent),
      checkPoint("f", absent),
      checkCuisines("f", absent),
    ]).toEqual([null, null, null, null, null]);
});

test("texts are counted once trimmed, and have no control characters but line breaks", () => {
  const check = (text: string) => said(checkText("name", text, 2, 4));
  expect(["ab", "abcd", "  abcd  ", "a\nb"].map(check)).toEqual([null, null, null, null]);
  expect(["", "a", "  a ", "abcde"].map(check)).toEqual(Array(4).fill("name: Write 2 to 4 characters."));
  expect(["a\u0000b", "a\tb", "a\r\nb"].map(check)).toEqual(Array(3).fill("name: Control characters are not allowed."));
});

test("integers lie between their bounds, both included", () => {
  const check = (value: number) => said(checkInteger("n", value, 1, 3));
  expect([1, 2, 3].map(check)).toEqual([null, null, null]);
  const refused = "n: Give an integer from 1 to 3.";
  expect([0, 4, 1.5, Number.NaN, -1].map(check)).toEqual(Array(5).fill(refused));
  expect(said(checkInteger("n", 2 ** 53, 0, 2 ** 60))).toContain("Give an integer");
  expect([0, 100_000_000_000].map((value) => checkPrice("p", value))).toEqual([null, null]);
  expect([-1, 100_000_000_001].map((value) => said(checkPrice("p", value)))).toEqual(
    Array(2).fill("p: Give an integer from 0 to 100000000000."),
  );
});

test("points lie on Earth", () => {
  expect(checkPoint("at", { latitude: -6.2, longitude: 106.8 })).toBeNull();
  expect(said(checkPoint("at", { latitude: 91, longitude: 0 }))).toBe("at: Not a point on Earth.");
});

test("cuisines are few, short and different", () => {
  const check = (...all: string[]) => said(checkCuisines("cuisines", all));
  const names = (count: number) => Array.from({ length: count }, (_, n) => `c${n}`);
  expect([check("padang"), check(...names(8)), check("x".repeat(40))]).toEqual([null, null, null]);
  expect([check(), check(...names(9))]).toEqual(Array(2).fill("cuisines: Give 1 to 8 cuisines."));
  expect([check("thai", "thai"), check("Thai", " tHAI "), check("a", "b", "A")]).toEqual(
    Array(3).fill("cuisines: A cuisine is given twice."),
  );
  expect(check("thai", " ")).toBe("cuisines.1: Write 1 to 40 characters.");
  expect(check("x".repeat(41), "thai")).toBe("cuisines.0: Write 1 to 40 characters.");
});

test("a choice has modifiers, and bounds that can be met", () => {
  const modifiers = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `m${n}`, priceMinor: n }));
  const group: GroupDraft = { name: "Size", minChoices: 0, maxChoices: 3, modifiers: modifiers(3) };
  const check = (change: Partial<GroupDraft>) => said(checkGroup({ ...group, ...change }));
  expect([{}, { minChoices: 3 }, { maxChoices: 1 }, { modifiers: modifiers(50) }].map(check)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(check({ modifiers: modifiers(1), maxChoices: 1 })).toBeNull();
  expect([modifiers(0), modifiers(51)].map((all) => check({ modifiers: all }))).toEqual(
    Array(2).fill("input.modifiers: Give 1 to 50 modifiers."),
  );
  expect([check({ name: "" }), check({ name: "x".repeat(81) }), check({ name: "x".repeat(80) })]).toEqual([
    "input.name: Write 1 to 80 characters.",
    "input.name: Write 1 to 80 characters.",
    null,
  ]);
  expect([check({ minChoices: -1 }), check({ minChoices: 4 })]).toEqual(
    Array(2).fill("input.minChoices: Give an integer from 0 to 3."),
  );
  expect([check({ maxChoices: 0 }), check({ maxChoices: 4 }), check({ minChoices: 2, maxChoices: 1 })]).toEqual([
    "input.maxChoices: Give an integer from 1 to 3.",
    "input.maxChoices: Give an integer from 1 to 3.",
    "input.maxChoices: Give an integer from 2 to 3.",
  ]);
  const second = (change: object) =>
    check({ modifiers: modifiers(3).map((one, n) => (n === 1 ? { ...one, ...change } : one)) });
  expect(second({ name: " " })).toBe("input.modifiers.1.name: Write 1 to 80 characters.");
  expect(second({ name: "x".repeat(81) })).toBe("input.modifiers.1.name: Write 1 to 80 characters.");
  expect(second({ name: "x".repeat(80) })).toBeNull();
  expect(second({ priceMinor: -1 })).toMatch(/^input\.modifiers\.1\.priceMinor: /);
});
