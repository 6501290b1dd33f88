/** Signs in with e-mail and password, slowed down by earlier failures. */
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/db.ts";
import type { Context } from "../context.ts";
import { findByEmail, findUser } from "../db/queries.ts";
import { addFailure, clearFailures, takeFailureBack } from "../db/sessions.ts";
import type { UserRow } from "../db/tables.ts";
import { parseEmail } from "../domain/account.ts";
import { delayFor } from "../domain/throttle.ts";
import { throttleKey } from "../keys/secrets.ts";
import { openSession, tokensFor, type Tokens } from "./open-session.ts";

export type SignInRefusal = "INVALID_CREDENTIALS" | "SUSPENDED";

type ThrottleKeys = { account: string; address: string | null };

function throttleKeys(context: Context, email: string): ThrottleKeys {
  const header = context.headers["x-client-address"];
  const address = typeof header === "string" && header.length > 0 && header.length <= 64 ? header : null;
  const digest = (kind: "account" | "address", value: string) => throttleKey(context.secrets.throttle, kind, value);
  return { account: digest("account", email), address: address === null ? null : digest("address", address) };
}

/** Counts this try as failed and waits for the ones before it: counted first, since tries at once would all find a clean record. */
async function slowDown(context: Context, { account, address }: ThrottleKeys): Promise<void> {
  const { SIGN_IN_FORGET_MS: forgetMs, SIGN_IN_MAX_DELAY_MS: maxMs } = context.settings;
  const now = context.clock.now();
  const keys = address === null ? [account] : [account, address];
  const counts = await Promise.all(keys.map((key) => addFailure(context.db, key, now, forgetMs)));
  const delay = delayFor(Math.max(...counts) - 1, maxMs);
  if (delay > 0) await context.pause(delay);
}

/** After a right password. An address only gets its own try back: an account of one's own must not clear the guesses at others. */
async function settle(tx: Tx, keys: ThrottleKeys): Promise<void> {
  await clearFailures(tx, keys.account);
  if (keys.address !== null) await takeFailureBack(tx, keys.address);
}

/** The same slowing down where the signed-in person must show the password again; the answer is to be called once it fits. */
export async function slowDownUser(context: Context, user: UserRow | null): Promise<(tx: Tx) => Promise<void>> {
  const keys = throttleKeys(context, user?.email ?? "");
  await slowDown(context, keys);
  return (tx) => settle(tx, keys);
}

/** Signs in. Unknown and known accounts take the same steps, a verification included; a right password clears the account's failures. */
export async function signIn(
  context: Context,
  input: { email: string; password: string },
): Promise<Result<Tokens, SignInRefusal>> {
  const parsed = parseEmail(input.email);
  const email = parsed.ok ? parsed.value : input.email.slice(0, 254);
  const keys = throttleKeys(context, email);
  await slowDown(context, keys);
  const found = parsed.ok ? await findByEmail(context.db, email) : null;
  const fits = await context.passwords.fits(found?.passwordHash ?? null, input.password);
  if (!fits || !found) return err("INVALID_CREDENTIALS");
  const opened = await context.db.transaction(async (tx) => {
    const user = await findUser(tx, found.id, true);
    // The account may have changed while the password was being checked.
    if (!user || user.passwordHash !== found.passwordHash) return err("INVALID_CREDENTIALS" as const);
    if (user.status !== "ACTIVE") return err("SUSPENDED" as const);
    const session = await openSession(tx, context, user.id);
    // Last, since all who sign in from one address wait for that address's row.
    await settle(tx, keys);
    return ok({ user, session });
  });
  return opened.ok ? ok(await tokensFor(context, opened.value.user, opened.value.session)) : opened;
}
