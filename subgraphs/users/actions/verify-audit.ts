/** Walks the whole audit chain. */
import type { Db } from "../../../kit/db.ts";
import { entriesAfter, findHead } from "../db/audit.ts";
import { checkEntry, checkHead, genesis, type ChainFault } from "../domain/audit-chain.ts";

/** What a walk found: how many entries stand, the last link (keep it elsewhere as an anchor), and the first fault. */
export type AuditReport = {
  entries: number;
  link: string;
  fault: ChainFault | { sequence: number; fault: "ANCHOR_LOST" } | null;
};

/**
 * Verifies every entry and the sealed head, in one snapshot. `anchor` is a sequence and link noted earlier:
 * it shows even a whole database put back to an older state.
 */
export async function verifyAudit(
  db: Db,
  key: Uint8Array,
  anchor?: { sequence: number; link: string },
): Promise<AuditReport> {
  return db.transaction(
    async (tx) => {
      let last = { sequence: 0, link: genesis };
      let anchored = anchor === undefined || anchor.sequence === 0;
      for (;;) {
        const batch = await entriesAfter(tx, last.sequence, 1_000);
        for (const entry of batch) {
          const fault = checkEntry(key, last, entry);
          if (fault) return { entries: last.sequence, link: last.link, fault };
          last = { sequence: entry.sequence, link: entry.link };
          if (anchor?.sequence === entry.sequence) anchored = anchor.link === entry.link;
        }
        if (batch.length === 0) break;
      }
      const fault =
        checkHead(key, last, await findHead(tx)) ??
        (anchored ? null : { sequence: anchor?.sequence ?? 0, fault: "ANCHOR_LOST" as const });
      return { entries: last.sequence, link: last.link, fault };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}
