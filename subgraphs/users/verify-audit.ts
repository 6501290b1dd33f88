/**
 * Verifies the audit chain: `node subgraphs/users/verify-audit.ts [--anchor LINE]… [--anchors FILE]…`. Prints one JSON line and
 * exits with 1 when an entry was edited, deleted, moved or cut off, and with 2 when an anchor cannot be read. The anchors of
 * the database are compared always; those of the log (`auditAnchor`) or of AUDIT_ANCHOR_FILE show a database put back as well.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openDatabase } from "../../kit/database/db.ts";
import { readEnv } from "../../kit/server/env.ts";
import { verifyAudit } from "./actions/verify-audit.ts";
import { commandEnv } from "./command-env.ts";
import { anchorText, parseAnchor, type ChainHead } from "./domain/audit-chain.ts";
import { deriveSecrets } from "./keys/secrets.ts";

/** The anchors that the arguments name. Throws for a line that is none. */
async function keptAnchors(): Promise<ChainHead[]> {
  const several = { type: "string", multiple: true } as const;
  const { values } = parseArgs({ options: { anchor: several, anchors: several } });
  const files = await Promise.all((values.anchors ?? []).map((file) => readFile(file, "utf8")));
  const lines = [...(values.anchor ?? []), ...files.flatMap((text) => text.split("\n"))];
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const anchor = parseAnchor(line);
      if (!anchor) throw new Error(`not an anchor (SEQUENCE:LINK:SEAL): ${line.slice(0, 200)}`);
      return anchor;
    });
}

async function run(): Promise<void> {
  const settings = readEnv(commandEnv);
  const kept = await keptAnchors();
  const database = openDatabase({ url: settings.DATABASE_URL, max: 1 });
  try {
    const { head, ...report } = await verifyAudit(database.db, deriveSecrets(settings.KEY_ENCRYPTION_KEY).audit, kept);
    console.log(JSON.stringify({ ...report, anchor: head && anchorText(head) }));
    if (report.fault) process.exitCode = 1;
  } finally {
    await database.close();
  }
}

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
