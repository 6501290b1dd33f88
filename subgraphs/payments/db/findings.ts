/** What the reconciler found and people decided on. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { createHash } from "node:crypto";
import { and, eq, isNull, isNotNull } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
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

const longestFirst: Keyset<InstantPosition> = {
  columns: [reconciliationFindings.firstSeenAt, reconciliationFindings.id],
  order: "rising",
  valuesOf: instantAndId,
};

/** A page of findings, open or resolved ones, longest first. */
export function findingsPage(db: Db, open: boolean, slice: Slice<InstantPosition>): Promise<FindingRow[]> {
  const { resolvedAt } = reconciliationFindings;
  const { where, orderBy } = keyset(longestFirst, slice);
  return db
    .select()
    .from(reconciliationFindings)
    .where(and(open ? isNull(resolvedAt) : isNotNull(resolvedAt), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
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
