/** Signs in with e-mail and password, slowed down by earlier failures. */
import { isIPv6 } from "node:net";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/database/db.ts";
import type { Context } from "../deps.ts";
import { findByEmail, findUser } from "../db/queries.ts";
import { addFailure, clearFailures, takeFailureBack } from "../db/sessions.ts";
import type { UserRow } from "../db/tables.ts";
import { parseEmail } from "../domain/account.ts";
import { delayFor } from "../domain/throttle.ts";
import type { Admitted, Attempt } from "../keys/attempts.ts";
import { throttleKey } from "../keys/secrets.ts";
import { openSession, tokensFor, type Tokens } from "./open-session.ts";

export type SignInRefusal = "INVALID_CREDENTIALS" | "SUSPENDED";

/** An address as it is counted: of IPv6 the first 64 bits, which one subscriber has for themselves. */
function countedAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [before = "", after] = address.split("::");
  const head = before.split(":").filter((part) => part !== "");
  const tail = (after ?? "").split(":").filter((part) => part !== "");
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

/** Whose password is tried and from where, as keyed digests. */
export function attemptOf(context: Context, email: string): Attempt {
  const { caller } = context;
  const address = caller.kind === "service" ? undefined : caller.address;
  const digest = (kind: "account" | "address", value: string) => throttleKey(context.secrets.throttle, kind, value);
  return { account: digest("account", email), address: address ? digest("address", countedAddress(address)) : null };
}

/**
 * Counts this try as failed and waits for the ones before it: counted first, since tries at once would all find a clean record.
 * Failures of others at the account do not slow down who signed in from this address lately.
 */
async function slowDown(context: Context, { account, address }: Attempt, admitted: Admitted): Promise<void> {
  const { SIGN_IN_FORGET_MS: forgetMs, SIGN_IN_MAX_DELAY_MS: maxMs } = context.settings;
  const now = context.clock.now();
  const keys = address === null ? [account] : [account, address];
  const counts = await Promise.all(keys.map((key) => addFailure(context.db, key, now, forgetMs)));
  const counted = admitted.isKnown ? counts.slice(1) : counts;
  const delay = delayFor(Math.max(...counted) - 1, maxMs) - admitted.waitedMs;
  if (delay > 0) await context.pause(delay);
}

/** After a right password. An address only gets its own try back: an account of one's own must not clear the guesses at others. */
async function settle(tx: Tx, keys: Attempt): Promise<void> {
  await clearFailures(tx, keys.account);
  if (keys.address !== null) await takeFailureBack(tx, keys.address);
}

/**
 * The same for a signed-in person who must show the password again: `work` gets whether it fits, and what to call in the
 * transaction of its effect when it does.
 */
export function withPassword<T>(
  context: Context,
  user: UserRow | null,
  password: string,
  work: (fits: boolean, settled: (tx: Tx) => Promise<void>) => Promise<T>,
): Promise<T> {
  const attempt = attemptOf(context, user?.email ?? "");
  return context.attempts.admit(attempt, async (admitted) => {
    await slowDown(context, attempt, admitted);
    const fits = await context.passwords.fits(user?.passwordHash ?? null, password, attempt.address ?? "");
    return work(fits && user !== null, (tx) => settle(tx, attempt));
  });
}

/** Signs in. Unknown and known accounts take the same steps, a verification included; a right password clears the account's failures. */
export async function signIn(
  context: Context,
  input: { email: string; password: string },
): Promise<Result<Tokens, SignInRefusal>> {
  const parsed = parseEmail(input.email);
  const email = parsed.ok ? parsed.value : input.email.slice(0, 254);
  const attempt = attemptOf(context, email);
  const opened = await context.attempts.admit(attempt, async (admitted) => {
    await slowDown(context, attempt, admitted);
    const found = parsed.ok ? await findByEmail(context.db, email) : null;
    const fits = await context.passwords.fits(found?.passwordHash ?? null, input.password, attempt.address ?? "");
    return fits && found ? open(context, attempt, found) : err("INVALID_CREDENTIALS" as const);
  });
  if (!opened.ok) return opened;
  context.attempts.succeeded(attempt);
  return ok(await tokensFor(context, opened.value.user, opened.value.session));
}

/** Opens a session for the person whose password was right. */
const open = (context: Context, attempt: Attempt, found: UserRow) =>
  context.db.transaction(async (tx) => {
    const user = await findUser(tx, found.id, true);
    // The account may have changed while the password was being checked.
    if (!user || user.passwordHash !== found.passwordHash) return err("INVALID_CREDENTIALS" as const);
    if (user.status !== "ACTIVE") return err("SUSPENDED" as const);
    const session = await openSession(tx, context, user.id);
    // Last, since all who sign in from one address wait for that address's row.
    await settle(tx, attempt);
    return ok({ user, session });
  });
