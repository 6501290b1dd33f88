import { expect, test } from "vitest";
import { lineIdOf } from "./line-id.ts";

test("a line is named by its order and its place", () => {
  expect([lineIdOf("ord_1", 0), lineIdOf("ord_1", 12)]).toEqual(["ord_1.0", "ord_1.12"]);
});
