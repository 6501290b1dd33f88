/** What the reconciler found and people decided on. */
import { createHash } from "node:crypto";
import { and, asc, eq, isNull, isNotNull, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/db.ts";
import { newId, toUuid } from "../../../kit/id.ts";
import type { Facts, FindingKind } from "../domain/reconciliation.ts";
import { reconciliationFindings, type FindingRow } from "./reconciliation-tables.ts";

/** A difference as it was met; `subject` is the provider's name of the object, or ours where it has none. */
export type NewFinding = {
  kind: FindingKind;
  subject: string;
  paymentId: string | null;
  refundId: string | null;
  facts: Facts;
};

/** The same facts have the same digest, in whatever order they are told. */
const digestOf = (facts: Facts): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(facts).toSorted(([one], [other]) => (one < other ? -1 : 1))))
    .digest("base64url");

/** Keeps a finding, or notes that it was met again; one that was resolved stays so while its facts are the same. */
export async function recordFinding(tx: Tx, finding: NewFinding, now: Date): Promise<void> {
  await tx
    .insert(reconciliationFindings)
    .values({
      id: newId("fnd"),
      ...finding,
      factsDigest: digestOf(finding.facts),
      firstSeenAt: now,
      lastSeenAt: now,
    })
    .onConflictDoUpdate({
      target: [reconciliationFindings.kind, reconciliationFindings.subject, reconciliationFindings.factsDigest],
      set: { lastSeenAt: now },
    });
}

/** At most `limit` findings, oldest first, after the one that `after` names; open ones, or resolved ones. */
export function findingsPage(
  db: Db,
  open: boolean,
  limit: number,
  after: { firstSeenAt: Date; id: string } | null,
): Promise<FindingRow[]> {
  const { firstSeenAt, id, resolvedAt } = reconciliationFindings;
  const rest = after
    ? sql`(${firstSeenAt}, ${id}) > (${after.firstSeenAt.toISOString()}::timestamptz, ${toUuid(after.id)}::uuid)`
    : undefined;
  return db
    .select()
    .from(reconciliationFindings)
    .where(and(open ? isNull(resolvedAt) : isNotNull(resolvedAt), rest))
    .orderBy(asc(firstSeenAt), asc(id))
    .limit(limit);
}

/** The finding of this id; null when there is none. */
export async function findFinding(db: Db | Tx, id: string): Promise<FindingRow | null> {
  const [row] = await db.select().from(reconciliationFindings).where(eq(reconciliationFindings.id, id));
  return row ?? null;
}

/** Resolves an open finding; null when somebody did before. */
export async function closeFinding(
  tx: Tx,
  id: string,
  by: { resolvedAt: Date; resolvedBy: string; resolution: string },
): Promise<FindingRow | null> {
  const [row] = await tx
    .update(reconciliationFindings)
    .set(by)
    .where(and(eq(reconciliationFindings.id, id), isNull(reconciliationFindings.resolvedAt)))
    .returning();
  return row ?? null;
}
