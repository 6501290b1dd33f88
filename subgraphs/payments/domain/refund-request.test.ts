import { expect, test } from "vitest";
import { checkRefundInput, refundableStates } from "./refund-request.ts";

const plain = { reason: "cold", idempotencyKey: "12345678" };
const said = (change: Partial<Parameters<typeof checkRefundInput>[0]>) => {
  const checked = checkRefundInput({ ...plain, ...change });
  return checked.ok ? null : `${checked.error.field}: ${checked.error.message}`;
};
const line = (n: number, quantity = 1) => ({ orderLineId: `o.${n}`, quantity });
const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n));

test("something must have been taken", () => {
  expect(refundableStates).toEqual(["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED"]);
});

test("an amount, lines, or neither", () => {
  expect([
    said({}),
    said({ amountMinor: 1 }),
    said({ lines: lines(1) }),
    said({ amountMinor: null, lines: null }),
  ]).toEqual(Array(4).fill(null));
  expect([0, -1, 1.5, 2 ** 53].map((amountMinor) => said({ amountMinor }))).toEqual(
    Array(4).fill("amountMinor: The amount must be at least 1 minor unit."),
  );
  expect(said({ amountMinor: 1, lines: lines(1) })).toBe("lines: Give an amount or lines, not both.");
  expect(said({ amountMinor: 1, lines: [] })).toBe("lines: Give an amount or lines, not both.");
});

test("1 to 50 lines, each once, of 1 piece or more", () => {
  expect([said({ lines: lines(50) }), said({ lines: [] }), said({ lines: lines(51) })]).toEqual([
    null,
    "lines: Give 1 to 50 lines.",
    "lines: Give 1 to 50 lines.",
  ]);
  expect(said({ lines: [line(0), line(1), line(0)] })).toBe("lines: Name each line once.");
  expect([0, -1, 1.5].map((quantity) => said({ lines: [line(0), line(1, quantity)] }))).toEqual(
    Array(3).fill("lines.1.quantity: The quantity must be at least 1."),
  );
  expect(said({ lines: [line(0, 0)] })).toBe("lines.0.quantity: The quantity must be at least 1.");
});

test("a fault of the list, a reason in words, a key", () => {
  expect([said({ fault: "COURIER" }), said({ fault: null }), said({ fault: "WEATHER" as never })]).toEqual([
    null,
    null,
    "fault: There is no such fault.",
  ]);
  const reason = "reason: Give a reason of 3 to 500 characters.";
  expect(["abc", "x".repeat(500), "ab", "  ab  ", "x".repeat(501)].map((text) => said({ reason: text }))).toEqual([
    null,
    null,
    reason,
    reason,
    reason,
  ]);
  const key = "idempotencyKey: The idempotency key must have 8 to 128 characters.";
  expect([8, 128, 7, 129].map((length) => said({ idempotencyKey: "k".repeat(length) }))).toEqual([
    null,
    null,
    key,
    key,
  ]);
});
