/** What support's refund must look like before anything is claimed. */
import { err, ok, type Result } from "../../../kit/result.ts";
import { faults, type Fault } from "./fault-policy.ts";
import type { PaymentState } from "./payment-states.ts";

/** States in which something was taken that can be paid back. */
export const refundableStates: readonly PaymentState[] = ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED"];

/** Pieces of a line to pay back. */
export type LineWanted = { orderLineId: string; quantity: number };

/** A refund as it is asked for: of an amount, of lines, or (neither) of all that is left. */
export type RefundInput = {
  paymentId: string;
  amountMinor?: number | null | undefined;
  lines?: readonly LineWanted[] | null | undefined;
  fault?: Fault | null | undefined;
  reason: string;
  idempotencyKey: string;
};

type Problem = { field: string; message: string };

const refuse = (field: string, message: string) => err({ field, message });

/** Checks the form: amount a positive integer or absent, lines 1 to 50 and each once, reason 3–500 characters, key 8–128. */
export function checkRefundInput(input: Omit<RefundInput, "paymentId">): Result<null, Problem> {
  const { amountMinor, lines, reason, idempotencyKey, fault } = input;
  if (amountMinor != null && (!Number.isSafeInteger(amountMinor) || amountMinor < 1)) {
    return refuse("amountMinor", "The amount must be at least 1 minor unit.");
  }
  if (amountMinor != null && lines != null) return refuse("lines", "Give an amount or lines, not both.");
  if (fault != null && !faults.includes(fault)) return refuse("fault", "There is no such fault.");
  const bad = lines == null ? null : checkLines(lines);
  if (bad) return err(bad);
  if (reason.trim().length < 3 || reason.length > 500) {
    return refuse("reason", "Give a reason of 3 to 500 characters.");
  }
  if (idempotencyKey.length < 8 || idempotencyKey.length > 128) {
    return refuse("idempotencyKey", "The idempotency key must have 8 to 128 characters.");
  }
  return ok(null);
}

function checkLines(lines: readonly LineWanted[]): Problem | null {
  if (lines.length < 1 || lines.length > 50) return { field: "lines", message: "Give 1 to 50 lines." };
  if (new Set(lines.map(({ orderLineId }) => orderLineId)).size < lines.length) {
    return { field: "lines", message: "Name each line once." };
  }
  const bad = lines.findIndex(({ quantity }) => !Number.isInteger(quantity) || quantity < 1);
  return bad < 0 ? null : { field: `lines.${bad}.quantity`, message: "The quantity must be at least 1." };
}
