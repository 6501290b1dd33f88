import { expect, test } from "vitest";
import { inputField, invalidInput } from "./invalid-input.ts";

test.each([
  ["reason", "input.reason"],
  ["input.reason", "input.reason"],
  ["lines.0.quantity", "input.lines[0].quantity"],
  ["lines[12].modifierIds.3", "input.lines[12].modifierIds[3]"],
  ["input.terms.itemIds.0", "input.terms.itemIds[0]"],
  ["spans[1]", "input.spans[1]"],
  ["", "input"],
  ["input", "input"],
])("%j is told as %s", (path, field) => {
  expect(inputField(path)).toBe(field);
  expect(inputField(field)).toBe(field);
  expect(invalidInput(path, "No.")).toEqual({ __typename: "InvalidInputError", field, message: "No." });
});
