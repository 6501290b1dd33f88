/**
 * Adds a signing key: `node subgraphs/users/rotate-keys.ts [--now]`. The new key is published at once and signs a minute later,
 * when every process has read it; the old ones stay published until their last token has expired. `--now` is for a key that has
 * leaked or cannot be read: the new one signs as soon as a process looks again, and a minute later the old ones are no longer
 * published, so that clients refresh.
 */
import { systemClock } from "../../kit/clock.ts";
import { openDatabase } from "../../kit/database/db.ts";
import { readEnv } from "../../kit/server/env.ts";
import { commandEnv } from "./command-env.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { keyCacheMs, rotateKeys } from "./keys/signing-keys.ts";

const settings = readEnv(commandEnv);
const leaked = process.argv.includes("--now");
const database = openDatabase({ url: settings.DATABASE_URL, max: 1 });
try {
  const rotation = await database.db.transaction((tx) =>
    rotateKeys(tx, {
      sealing: deriveSecrets(settings.KEY_ENCRYPTION_KEY).sealing,
      now: systemClock().now(),
      activeAfterMs: leaked ? 0 : 2 * keyCacheMs,
      tokenSeconds: leaked ? 0 : settings.ACCESS_TOKEN_SECONDS,
    }),
  );
  console.log(JSON.stringify(rotation));
} finally {
  await database.close();
}
