import { expect, test } from "vitest";
import { scores, summary, survivors, type MutationReport } from "./mutate.ts";

const mutant = (status: string, line = 1) => ({
  status,
  mutatorName: "EqualityOperator",
  replacement: "a >\n  b",
  location: { start: { line, column: 5 }, end: { line, column: 11 } },
});
const report: MutationReport = {
  files: {
    "kit/one.ts": { source: "if (a >= b) c();\n", mutants: [mutant("Killed"), mutant("Timeout"), mutant("Survived")] },
    "kit/two.ts": { source: "", mutants: [mutant("NoCoverage"), mutant("CompileError"), mutant("RuntimeError")] },
    "a/domain/three.ts": { source: "", mutants: [mutant("Killed")] },
    "a/domain/four.ts": { source: "", mutants: [] },
  },
};

test("a mutant that fails tests or never ends is noticed, one that no test runs is not, and one that cannot run is none", () => {
  expect(scores(report)).toEqual([
    { folder: "a/domain", killed: 1, all: 1 },
    { folder: "kit", killed: 2, all: 4 },
  ]);
});

test("survivors are named by place, with what stood there and what stands there now", () => {
  expect(survivors(report)).toEqual([
    "kit/one.ts:1:5 EqualityOperator: a >= b → a > b",
    "kit/two.ts:1:5 EqualityOperator:  → a > b (no test runs it)",
  ]);
});

test("the last line is the score of all", () => {
  expect(summary(report).split("\n")).toEqual([
    "a/domain  100.0 %  1 of 1 mutants noticed",
    "kit        50.0 %  2 of 4 mutants noticed",
    "all        60.0 %  3 of 5 mutants noticed",
  ]);
});
