/** What support's refund must look like before anything is claimed. */
import { err, ok, type Result } from "../../../kit/result.ts";
import type { PaymentState } from "./payment-states.ts";

/** States in which something was taken that can be paid back. */
export const refundableStates: readonly PaymentState[] = ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED"];

type Problem = { field: "amountMinor" | "reason" | "idempotencyKey"; message: string };

/** Checks the form of a request: amount a positive integer or absent, reason 3–500 characters, key 8–128. */
export function checkRefundInput(input: {
  amountMinor?: number | null | undefined;
  reason: string;
  idempotencyKey: string;
}): Result<null, Problem> {
  const { amountMinor, reason, idempotencyKey } = input;
  if (amountMinor != null && (!Number.isSafeInteger(amountMinor) || amountMinor < 1)) {
    return err({ field: "amountMinor", message: "The amount must be at least 1 minor unit." });
  }
  if (reason.trim().length < 3 || reason.length > 500) {
    return err({ field: "reason", message: "Give a reason of 3 to 500 characters." });
  }
  if (idempotencyKey.length < 8 || idempotencyKey.length > 128) {
    return err({ field: "idempotencyKey", message: "The idempotency key must have 8 to 128 characters." });
  }
  return ok(null);
}
