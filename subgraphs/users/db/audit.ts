/** Reads and appends of the audit chain. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { keyset, type Keyset } from "../../../kit/graphql/keyset.ts";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Executor, Tx } from "../../../kit/database/db.ts";
import { genesis, type ChainedEntry, type ChainHead } from "../domain/audit-chain.ts";
import { auditAnchors, auditEntries, auditHead, type AuditEntryRow } from "./tables.ts";

/** The end of the chain, locked until the transaction ends: appends come one after the other. */
export async function lockHead(tx: Tx): Promise<{ sequence: number; link: string }> {
  await tx.insert(auditHead).values({ sequence: 0, link: genesis, seal: "" }).onConflictDoNothing();
  const [row] = await tx.select().from(auditHead).for("update");
  if (!row) throw new Error("the audit chain has no head");
  return row;
}

/** Whether the chain has this entry. */
export async function hasEntry(db: Executor, id: string): Promise<boolean> {
  return (await db.$count(auditEntries, eq(auditEntries.id, id))) > 0;
}

/** Writes an entry and the head that goes with it. */
export async function insertEntry(tx: Tx, entry: ChainedEntry, head: ChainHead): Promise<void> {
  await tx.insert(auditEntries).values({ ...entry, at: new Date(entry.at) });
  await tx.update(auditHead).set(head);
}

/** The sealed head; null before the first entry. */
export async function findHead(db: Executor): Promise<ChainHead | null> {
  const [row] = await db.select().from(auditHead);
  return row && (row.sequence > 0 || row.seal !== "") ? row : null;
}

/** Whether the end at `sequence` was noted. */
export async function hasAnchor(db: Executor, sequence: number): Promise<boolean> {
  return (await db.$count(auditAnchors, eq(auditAnchors.sequence, sequence))) > 0;
}

/** Notes a sealed end; one that is there already stays. */
export async function insertAnchor(db: Executor, { sequence, link, seal }: ChainHead, notedAt: Date): Promise<void> {
  await db.insert(auditAnchors).values({ sequence, link, seal, notedAt }).onConflictDoNothing();
}

/** Every noted end, in order. */
export const anchors = (db: Executor): Promise<ChainHead[]> =>
  db
    .select({ sequence: auditAnchors.sequence, link: auditAnchors.link, seal: auditAnchors.seal })
    .from(auditAnchors)
    .orderBy(asc(auditAnchors.sequence));

/** Entries after `sequence`, in order. */
export async function entriesAfter(db: Executor, sequence: number, limit: number): Promise<ChainedEntry[]> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(gt(auditEntries.sequence, sequence))
    .orderBy(asc(auditEntries.sequence))
    .limit(limit);
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** A page of the log, newest first, before the entry numbered `before`. */
export function auditPage(
  db: Executor,
  { subjectId, actorId }: { subjectId: string | null; actorId: string | null },
  slice: Slice<readonly [sequence: number]>,
): Promise<AuditEntryRow[]> {
  const { where, orderBy } = keyset(latestFirst, slice);
  const about = subjectId === null ? undefined : eq(auditEntries.subjectId, subjectId);
  const by = actorId === null ? undefined : eq(auditEntries.actorId, actorId);
  return db
    .select()
    .from(auditEntries)
    .where(and(about, by, where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}

const latestFirst: Keyset<readonly [sequence: number]> = {
  columns: [auditEntries.sequence],
  order: "descending",
  valuesOf: ([sequence]) => sql`(${sequence}::bigint)`,
};
