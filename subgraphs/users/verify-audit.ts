/**
 * Verifies the audit chain: `node subgraphs/users/verify-audit.ts [--anchor SEQUENCE:LINK]`. Prints one JSON line and exits with 1
 * when an entry was edited, deleted, moved or cut off. Keep the printed anchor elsewhere and pass it the next time.
 */
import { openDatabase } from "../../kit/db.ts";
import { readEnv } from "../../kit/env.ts";
import { verifyAudit } from "./actions/verify-audit.ts";
import { commandEnv } from "./command-env.ts";
import { deriveSecrets } from "./keys/secrets.ts";

const settings = readEnv(commandEnv);
const at = process.argv.indexOf("--anchor");
const [sequence, link] = (at > 0 ? (process.argv[at + 1] ?? "") : "").split(":");
const anchor = at > 0 ? { sequence: Number(sequence), link: link ?? "" } : undefined;
const database = openDatabase({ url: settings.DATABASE_URL, max: 1 });
try {
  const report = await verifyAudit(database.db, deriveSecrets(settings.KEY_ENCRYPTION_KEY).audit, anchor);
  console.log(JSON.stringify({ ...report, anchor: `${report.entries}:${report.link}` }));
  if (report.fault) process.exitCode = 1;
} finally {
  await database.close();
}
