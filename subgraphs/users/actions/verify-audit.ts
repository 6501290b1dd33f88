/** Walks the whole audit chain. */
import type { Db } from "../../../kit/database/db.ts";
import { anchors as notedAnchors, entriesAfter, findHead } from "../db/audit.ts";
import {
  checkAnchor,
  checkEntry,
  checkHead,
  genesis,
  type ChainedEntry,
  type ChainFault,
  type ChainHead,
} from "../domain/audit-chain.ts";

/** What a walk found: how many entries stand, the sealed end (null for an empty chain), how many anchors were compared, the first fault. */
export type AuditReport = { entries: number; head: ChainHead | null; anchors: number; fault: ChainFault | null };

/**
 * Verifies every entry, the sealed end and every anchor, in one snapshot. The anchors are those noted in the database, and
 * `kept` ones from elsewhere (log, file): they show even a whole database put back to an older state.
 */
export async function verifyAudit(db: Db, key: Uint8Array, kept: readonly ChainHead[] = []): Promise<AuditReport> {
  return db.transaction(
    async (tx) => {
      const anchors = [...(await notedAnchors(tx)), ...kept];
      const wanted = new Set(anchors.map(({ sequence }) => sequence));
      const links = new Map([[0, genesis]]);
      const walked = await walk(
        (after) => entriesAfter(tx, after, 1_000),
        key,
        (entry) => {
          if (wanted.has(entry.sequence)) links.set(entry.sequence, entry.link);
        },
      );
      const head = await findHead(tx);
      let fault = walked.fault ?? checkHead(key, walked.last, head);
      for (const anchor of anchors) fault ??= checkAnchor(key, anchor, links.get(anchor.sequence));
      return { entries: walked.last.sequence, head, anchors: anchors.length, fault };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

/** Checks entry after entry up to the first fault; `seen` gets each that is sound. */
async function walk(
  read: (after: number) => Promise<ChainedEntry[]>,
  key: Uint8Array,
  seen: (entry: ChainedEntry) => void,
): Promise<{ last: { sequence: number; link: string }; fault: ChainFault | null }> {
  let last = { sequence: 0, link: genesis };
  for (let batch = await read(0); batch.length > 0; batch = await read(last.sequence)) {
    for (const entry of batch) {
      const fault = checkEntry(key, last, entry);
      if (fault) return { last, fault };
      last = { sequence: entry.sequence, link: entry.link };
      seen(entry);
    }
  }
  return { last, fault: null };
}
