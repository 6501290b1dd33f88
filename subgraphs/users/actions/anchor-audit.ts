/** Anchors of the audit chain: its sealed end, noted now and then where a shortened chain does not reach. */
import { appendFile } from "node:fs/promises";
import { schedule } from "../../../kit/events/timers.ts";
import type { Tx } from "../../../kit/database/db.ts";
import type { Deps } from "../deps.ts";
import { findHead, hasAnchor, insertAnchor } from "../db/audit.ts";
import { anchorText } from "../domain/audit-chain.ts";

/** The timer that notes an anchor. */
export const anchorTimer = "audit.anchor";

/** Has an anchor noted at the next full interval; however many entries ask for it, it is one. */
export async function scheduleAnchor(tx: Tx, { now, everyMs }: { now: Date; everyMs: number }): Promise<void> {
  const dueAt = new Date((Math.floor(now.getTime() / everyMs) + 1) * everyMs);
  await schedule(tx, { name: anchorTimer, key: "head", dueAt });
}

/**
 * Notes the present end of the chain in the log, in AUDIT_ANCHOR_FILE where there is one, and in the database; once per end,
 * though a crash in between may write the same line again. Rejects when the file cannot be written: the timer comes back.
 */
export async function anchorAudit({ db, clock, log, settings }: Deps): Promise<void> {
  const head = await findHead(db);
  if (!head || (await hasAnchor(db, head.sequence))) return;
  const anchor = anchorText(head);
  log.info({ auditAnchor: anchor }, "audit anchor: keep it for verify-audit");
  const file = settings.AUDIT_ANCHOR_FILE;
  if (file !== undefined) await appendFile(file, `${anchor}\n`, { mode: 0o600 });
  await insertAnchor(db, head, clock.now());
}
