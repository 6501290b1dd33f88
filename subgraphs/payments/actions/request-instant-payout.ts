/** An instant payout, asked for by whoever earned the money. */
import { idempotent } from "../../../kit/database/idempotency.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { lockPayoutAccount } from "../db/payout-accounts.ts";
import type { Deps } from "../deps.ts";
import { beginPayout, type PayoutProblem } from "./begin-payout.ts";

export type InstantInput = { accountId: string; amountMinor: number | null; idempotencyKey: string };

export type InstantProblem =
  | PayoutProblem
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "NOT_FOUND" }
  | { tag: "KEY_REUSED" };

type Outcome = Result<{ payoutId: string }, InstantProblem>;

/** Begins the payout; whether the caller may is checked before. The same key and input answer the same payout. */
export async function requestInstantPayout(
  deps: Deps,
  actorId: string,
  input: InstantInput,
  traceId: string,
): Promise<Outcome> {
  const { accountId, amountMinor, idempotencyKey: key } = input;
  if (amountMinor !== null && (!Number.isSafeInteger(amountMinor) || amountMinor < 1)) {
    return err({ tag: "INVALID", field: "amountMinor", message: "The amount must be at least 1 minor unit." });
  }
  if (key.length < 8 || key.length > 128) {
    const message = "The idempotency key must have 8 to 128 characters.";
    return err({ tag: "INVALID", field: "idempotencyKey", message });
  }
  const moment = { now: deps.clock.now(), traceId };
  const fingerprintOf = { accountId, amountMinor };
  const request = { scope: actorId, operation: "requestInstantPayout", key, fingerprintOf, now: moment.now };
  const done = await idempotent<Outcome>(deps.db, request, async (tx) => {
    const account = await lockPayoutAccount(tx, accountId);
    if (!account) return err({ tag: "NOT_FOUND" });
    const wanted = { kind: "INSTANT", amountMinor, requestedBy: actorId } as const;
    const begun = await beginPayout(tx, account, wanted, deps.settings, moment);
    return begun.ok ? ok({ payoutId: begun.value.id }) : begun;
  });
  return done.kind === "conflict" ? err({ tag: "KEY_REUSED" }) : done.value;
}
