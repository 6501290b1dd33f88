import { expect, test } from "vitest";
import { textOf } from "./log.ts";

test("a line for people names service, level and message, and the error's first line alone", () => {
  const base = { time: 1, service: "orders" };
  expect(textOf(JSON.stringify({ ...base, level: 40, msg: "broker" }))).toBe("  orders    warn: broker");
  const err = { type: "Error", message: "it broke\nin the middle", stack: "Error: it broke\n at x" };
  expect(textOf(JSON.stringify({ ...base, level: 50, msg: "request failed", err }))).toBe(
    "  orders    error: request failed: it broke",
  );
});
