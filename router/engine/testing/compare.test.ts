import { parse } from "graphql";
import { expect, test } from "vitest";
import type { Answer } from "./answer.ts";
import { compare, implausible } from "./compare.ts";
import type { Effect, Fault } from "./faults.ts";

const document = parse("{ a { b } }");
const answer = (data: unknown, ...errors: [path: string | undefined, kind: string][]): Answer => ({
  data,
  errors: errors.map(([path, kind]) => ({ path: path?.split("."), kind, message: kind })),
});
const against = (kind: "truth" | "stock") => ({ kind, faults: [], avoided: [], document });
const fault = (effect: Effect): Fault => ({ effect, subgraph: "s", coordinate: "A.b", id: "", everyRow: true });

test("equal answers are right, whatever the order of their errors", () => {
  const one = answer({ a: null }, ["a", "x"], ["a.b", "y"]);
  const other = answer({ a: null }, ["a.b", "y"], ["a", "x"]);
  expect(compare(one, other, against("truth"))).toEqual({ wrong: [], documented: [] });
});

test.each([
  ["another value", { a: { b: 1 } }, { a: { b: 2 } }],
  ["null instead of a value", { a: null }, { a: { b: 2 } }],
  ["another order of fields", { a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }],
  ["no data instead of null", undefined, null],
])("%s is wrong", (_name, mine, its) => {
  expect(compare(answer(mine), answer(its), against("stock")).wrong).toHaveLength(1);
});

test("an error too many or too few is wrong, at another place too", () => {
  const told = answer({ a: { b: null } }, ["a.b", "x"]);
  const untold = answer({ a: { b: null } });
  const elsewhere = answer({ a: { b: null } }, ["c", "x"]);
  expect(compare(told, untold, against("stock")).wrong).toHaveLength(1);
  expect(compare(untold, told, against("stock")).wrong).toHaveLength(1);
  expect(compare(told, elsewhere, against("stock")).wrong).toHaveLength(2);
});

test("an outage with a place stands for one without, against stock gateway only, where something is lacking only", () => {
  const placed = answer({ a: { b: null } }, ["a", "outage"]);
  const placeless = answer({ a: { b: null } }, [undefined, "outage"]);
  expect(compare(placed, placeless, against("stock"))).toEqual({
    wrong: [],
    documented: ["outage-has-a-place", "outage-has-a-place"],
  });
  expect(compare(placed, placeless, against("truth")).wrong).toHaveLength(2);
  const complete = answer({ a: { b: 1 } }, ["a", "outage"]);
  expect(compare(complete, answer({ a: { b: 1 } }), against("stock")).wrong).toHaveLength(1);
});

test("of several errors that null one place any may be told, but one must be", () => {
  const one = answer({ a: null }, ["a.b", "x"]);
  const other = answer({ a: null }, ["a.c", "y"]);
  expect(compare(one, other, against("truth")).wrong).toEqual([]);
  expect(compare(answer({ a: null }), other, against("truth")).wrong).toHaveLength(1);
});

test("under faults nothing but the truth or null is plausible", () => {
  const truth = answer({ a: { b: 1 }, list: [1, 2] });
  expect(implausible(answer({ a: { b: 2 }, list: [1, 2] }), truth, [fault("error")])).toHaveLength(1);
  expect(implausible(answer({ a: { b: 1 }, list: [1] }), truth, [fault("error")])).toHaveLength(1);
  expect(implausible(answer({ a: { b: 1, c: 1 }, list: [1, 2] }), truth, [fault("null")])).toHaveLength(1);
});

test("under faults that are told each loss needs an error, under silent ones none", () => {
  const truth = answer({ a: { b: 1 }, c: 1 });
  const lost = answer({ a: { b: null }, c: 1 });
  expect(implausible(lost, truth, [fault("down")])).toHaveLength(1);
  expect(implausible(lost, truth, [fault("null")])).toEqual([]);
  expect(implausible(answer({ a: { b: null }, c: 1 }, ["a.b", "x"]), truth, [fault("down")])).toEqual([]);
  expect(implausible(answer({ a: { b: null }, c: 1 }, ["a.required", "x"]), truth, [fault("down")])).toEqual([]);
  expect(implausible(answer({ a: { b: 1 }, c: null }, ["a.b", "x"]), truth, [fault("down")])).toHaveLength(1);
});

test("what travelled with a lost part may be lost with it where both tell the error there, or an outage that struck there", () => {
  const truth = answer({ a: { b: 1, c: 1 } });
  const rest = { ...against("stock"), truth };
  const lost = answer({ a: { b: null, c: null } }, ["a", "x"]);
  expect(compare(lost, answer({ a: { b: null, c: 1 } }, ["a", "x"]), rest)).toEqual({
    wrong: [],
    documented: ["fetched-together"],
  });
  expect(compare(lost, answer({ a: { b: null, c: 1 } }, ["d", "x"]), rest).wrong).not.toEqual([]);
  const outage = answer({ a: { b: null, c: null } }, ["a", "outage"]);
  const placeless: [undefined, string] = [undefined, "outage"];
  expect(compare(outage, answer({ a: { b: null, c: 1 } }, placeless), rest).wrong).toEqual([]);
  expect(compare(outage, answer({ a: { b: 1, c: 1 } }, placeless), rest).wrong).not.toEqual([]);
});

test("an entity that stock gateway asks for without its key is its own mistake", () => {
  const rest = { ...against("stock"), truth: answer({ a: { b: null } }) };
  const mistaken = answer({ a: { b: null } }, ["a", "people knows no User by __typename name"]);
  expect(compare(answer({ a: { b: null } }), mistaken, rest)).toEqual({ wrong: [], documented: ["asks-less"] });
});
