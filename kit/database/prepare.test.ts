import { expect, test } from "vitest";
import { statementsWorthPreparing } from "./prepare.ts";

test("a text is prepared from its second time on, with whatever parameters; without parameters never", () => {
  const prepares = statementsWorthPreparing();
  expect([1, 2, 3].map((value) => prepares("select $1", [value]))).toEqual([false, true, true]);
  expect([1, 2, 3].map(() => prepares("select 1", []))).toEqual([false, false, false]);
});

test("at most so many texts are prepared, and those stay", () => {
  const prepares = statementsWorthPreparing(2);
  const often = (text: string) => [1, 2, 3].map((value) => prepares(text, [value]));
  expect(often("a $1")).toEqual([false, true, true]);
  expect(often("b $1")).toEqual([false, true, true]);
  expect(often("c $1")).toEqual([false, false, false]);
  expect(prepares("a $1", [4])).toBe(true);
});

test("texts that come once take no place from those that come again", () => {
  const prepares = statementsWorthPreparing(3);
  for (let n = 0; n < 1_000; n++) expect(prepares(`insert ${n} $1`, [n])).toBe(false);
  expect(prepares("select $1", [1])).toBe(false);
  expect(prepares("select $1", [2])).toBe(true);
});

test("many rows in one statement are not prepared", () => {
  const prepares = statementsWorthPreparing();
  const text = `insert ${"($1),".repeat(2_000)}`;
  expect([1, 2, 3].map((value) => prepares(text, [value]))).toEqual([false, false, false]);
});
