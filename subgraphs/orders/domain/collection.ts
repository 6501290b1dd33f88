/** Handing a pickup order over: the customer's code, and what happens to who guesses it. */
import { timingSafeEqual } from "node:crypto";
import { err, ok, type Result } from "../../../kit/result.ts";

/** How often the counter may be wrong, and for how long the code is then locked. */
export type CodeRule = { maxTries: number; lockMs: number };

/** What an attempt is judged by; without a code there is nothing to try. */
export type CollectionAttempt = { collectionCode: string | null; wrongCodes: number; codeLockedUntil: Date | null };

export type CodeRefusal =
  | { tag: "CODE_LOCKED"; until: Date }
  | { tag: "WRONG_CODE"; triesLeft: number; wrongCodes: number; lockedUntil: Date | null };

const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Whether this is the order's code; false where it has none. */
export const isCodeOf = ({ collectionCode }: Pick<CollectionAttempt, "collectionCode">, code: string): boolean =>
  collectionCode !== null && same(Buffer.from(code), Buffer.from(collectionCode));

/** Whether the code opens the order. A wrong one counts; after `maxTries` none is looked at for `lockMs`, not even the right one. */
export function tryCode(
  attempt: CollectionAttempt,
  code: string,
  now: Date,
  rule: CodeRule,
): Result<null, CodeRefusal> {
  const { collectionCode, codeLockedUntil } = attempt;
  if (collectionCode === null) return ok(null);
  if (codeLockedUntil !== null && codeLockedUntil > now) return err({ tag: "CODE_LOCKED", until: codeLockedUntil });
  if (same(Buffer.from(code), Buffer.from(collectionCode))) return ok(null);
  const wrongCodes = (codeLockedUntil === null ? attempt.wrongCodes : 0) + 1;
  const triesLeft = Math.max(0, rule.maxTries - wrongCodes);
  const lockedUntil = triesLeft === 0 ? new Date(now.getTime() + rule.lockMs) : null;
  return err({ tag: "WRONG_CODE", triesLeft, wrongCodes, lockedUntil });
}
