import { expect, test } from "vitest";
import { operationNameFor } from "./operation-name.ts";

test.each<[string, string, string | null | undefined, string | undefined]>([
  ["the only operation, whatever was chosen before", "query New { a }", "Old", "New"],
  ["the only operation, where nothing was chosen", "query New { a }", null, "New"],
  ["an operation without a name", "{ a }", "Old", undefined],
  ["the chosen of two", "query A { a } query B { b }", "B", "B"],
  ["none of two, where the chosen one has gone", "query A { a } query B { b }", "C", undefined],
  ["fragments do not count", "query A { ...F } fragment F on Query { a }", "F", "A"],
  ["what was chosen, in a text that the router has to judge", "query A {", "A", "A"],
])("%s", (_title, query, chosen, expected) => {
  expect(operationNameFor(query, chosen)).toBe(expected);
});
