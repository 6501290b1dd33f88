/** What the resolvers and actions of users work with. */
import { setTimeout as wait } from "node:timers/promises";
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";
import type { Env } from "./env.ts";
import { createAttempts, type Attempts } from "./keys/attempts.ts";
import { argon2, createPasswords, type Hasher, type Passwords } from "./keys/passwords.ts";
import { deriveSecrets, type Secrets } from "./keys/secrets.ts";

/** Dependencies of users. `pause` waits for milliseconds of real time. */
export type Deps = BaseDeps & {
  settings: Env;
  secrets: Secrets;
  passwords: Passwords;
  attempts: Attempts;
  pause(ms: number): Promise<void>;
};

/** What a resolver gets. */
export type Context = RequestContext & Deps;

/** What tests replace: real waiting by `pause`, argon2 by `hasher`. */
export type Replaceable = { pause?: Deps["pause"] | undefined; hasher?: Hasher | undefined };

/** Makes what users needs beside the base. Rejects when argon2 cannot be used. */
export async function depsOf(settings: Env, { pause = wait, hasher = argon2 }: Replaceable) {
  const { PASSWORDS_AT_ONCE: atOnce, PASSWORDS_WAITING: waiting } = settings;
  const secrets = deriveSecrets(settings.KEY_ENCRYPTION_KEY);
  const passwords = await createPasswords({ atOnce, waiting, hasher });
  const attempts = createAttempts({
    perAccount: settings.SIGN_INS_PER_ACCOUNT,
    perAddress: settings.SIGN_INS_PER_ADDRESS,
    perPair: settings.SIGN_INS_PER_PAIR,
    retryAfterSeconds: Math.max(1, Math.ceil(settings.SIGN_IN_MAX_DELAY_MS / 1_000)),
  });
  return (base: BaseDeps): Deps => ({
    ...base,
    settings,
    secrets,
    passwords,
    attempts,
    pause: (ms) => pause(ms),
  });
}
