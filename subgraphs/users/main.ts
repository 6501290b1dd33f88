/** Starts users. */
import { setTimeout as wait } from "node:timers/promises";
import { readEnv } from "../../kit/server/env.ts";
import { json } from "../../kit/server/http.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { timers } from "./actions/anchor-audit.ts";
import type { Deps } from "./deps.ts";
import { cleanups } from "./db/cleanup.ts";
import { endedSessionsRoute } from "./ended-sessions.ts";
import { env, type Env } from "./env.ts";
import { handlers } from "./events/handlers.ts";
import { createAttempts } from "./keys/attempts.ts";
import { argon2, createPasswords, type Hasher } from "./keys/passwords.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { ensureKey, jwks } from "./keys/signing-keys.ts";
import { resolvers } from "./resolvers/resolvers.ts";

/** Starts users; `pause` replaces real waiting, `hasher` argon2. Rejects when the database is not migrated or the port is taken. */
export async function start(settings: Env, options: StartOptions & { pause?: Deps["pause"]; hasher?: Hasher } = {}) {
  const { pause = wait, hasher = argon2, ...others } = options;
  const secrets = deriveSecrets(settings.KEY_ENCRYPTION_KEY);
  const { PASSWORDS_AT_ONCE: atOnce, PASSWORDS_WAITING: waiting } = settings;
  const passwords = await createPasswords({ atOnce, waiting, hasher });
  const attempts = createAttempts({
    perAccount: settings.SIGN_INS_PER_ACCOUNT,
    perAddress: settings.SIGN_INS_PER_ADDRESS,
    perPair: settings.SIGN_INS_PER_PAIR,
    retryAfterSeconds: Math.max(1, Math.ceil(settings.SIGN_IN_MAX_DELAY_MS / 1_000)),
  });
  return startSubgraph<Deps>({
    name: "users",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    catalogue: events,
    deps: (base) => ({ ...base, settings, secrets, passwords, attempts, pause: (ms) => pause(ms) }),
    internalFields: { "Query.addressForOrder": ["orders"] },
    consumes: { topics: ["audit"], handlers },
    timers,
    cleanups: cleanups(settings),
    routes: {
      "GET /ended-sessions": endedSessionsRoute(settings),
      "GET /.well-known/jwks.json": async (_request, { db, clock }) => {
        await ensureKey(db, secrets.sealing, clock.now());
        return json(200, await jwks(db, clock.now()), { "cache-control": "public, max-age=15" });
      },
    },
    ...others,
  });
}

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
