/** Runs of the reconciler, what they met, and our side of the comparison. */
import { and, asc, desc, eq, inArray, isNotNull, or, sql } from "drizzle-orm";
import { uuids, type Db, type Tx } from "../../../kit/database/db.ts";
import { newId, toUuid } from "../../../kit/id.ts";
import { reconciliationRuns, reconciliationSeen, type RunRow } from "./reconciliation-tables.ts";
import { refundAttempts, refunds, type RefundRow } from "./refund-tables.ts";
import { paymentAttempts, payments, type PaymentRow } from "./tables.ts";

/** Name of the timer; its key is `regular` for the runs that follow one another, and a run's id for one that an operator asked for. */
export const reconcileTimer = "payments.reconcile";

/** Starts a run over what the provider made in [since, until). */
export async function startRun(
  db: Db | Tx,
  window: { since: Date; until: Date },
  regular: boolean,
  startedAt: Date,
): Promise<RunRow> {
  const [row] = await db
    .insert(reconciliationRuns)
    .values({ id: newId("rcn"), ...window, regular, phase: "INTENTS", startedAt })
    .returning();
  if (!row) throw new Error("no run came back");
  return row;
}

/** The run of this id; null when there is none. */
export async function findRun(db: Db, id: string): Promise<RunRow | null> {
  const [row] = await db.select().from(reconciliationRuns).where(eq(reconciliationRuns.id, id));
  return row ?? null;
}

/** The newest of the runs that follow one another; null before the first. */
export async function lastRegularRun(db: Db): Promise<RunRow | null> {
  const [row] = await db
    .select()
    .from(reconciliationRuns)
    .where(eq(reconciliationRuns.regular, true))
    .orderBy(desc(reconciliationRuns.until))
    .limit(1);
  return row ?? null;
}

/** What a page came to. */
export type PageCount = { compared: number; repaired: number; findings: number };

/** Writes down how far a run is; a run that is done forgets what it met. */
export async function advanceRun(
  db: Db,
  run: RunRow,
  to: { phase: RunRow["phase"]; cursor: string | null },
  met: { count: PageCount; seen: readonly string[] },
  now: Date,
): Promise<RunRow> {
  return db.transaction(async (tx) => {
    const { compared, repaired, findings } = met.count;
    const [row] = await tx
      .update(reconciliationRuns)
      .set({
        ...to,
        compared: sql`${reconciliationRuns.compared} + ${compared}`,
        repaired: sql`${reconciliationRuns.repaired} + ${repaired}`,
        findings: sql`${reconciliationRuns.findings} + ${findings}`,
        finishedAt: to.phase === "DONE" ? now : null,
      })
      .where(eq(reconciliationRuns.id, run.id))
      .returning();
    if (!row) throw new Error(`run ${run.id} is gone`);
    if (to.phase === "DONE") await tx.delete(reconciliationSeen).where(eq(reconciliationSeen.runId, run.id));
    else if (met.seen.length > 0) {
      const rows = met.seen.map((objectId) => ({ runId: run.id, objectId }));
      await tx.insert(reconciliationSeen).values(rows).onConflictDoNothing();
    }
    return row;
  });
}

/** The payments that these amounts at the provider are, or say that they are, by the provider's id. */
export async function paymentsOfIntents(
  db: Db,
  intents: readonly { id: string; paymentId: string | null }[],
): Promise<Map<string, PaymentRow>> {
  if (intents.length === 0) return new Map();
  const ids = intents.map(({ id }) => id);
  const named = intents.flatMap(({ paymentId }) => (paymentId === null ? [] : [paymentId]));
  const rows = await db
    .select()
    .from(payments)
    .where(or(inArray(payments.providerIntentId, ids), sql`${payments.id} = any(${uuids(named)})`));
  const byIntent = new Map(rows.map((row) => [row.providerIntentId, row]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found = intents.map(({ id, paymentId }) => [id, byIntent.get(id) ?? byId.get(paymentId ?? "")] as const);
  return new Map(found.flatMap(([id, row]) => (row ? [[id, row] as const] : [])));
}

/** Whether a run met an object of the provider. */
const met = (run: RunRow, objectId: unknown) => sql`exists (select 1 from ${reconciliationSeen}
  where ${reconciliationSeen.runId} = ${toUuid(run.id)}::uuid and ${reconciliationSeen.objectId} = ${objectId})`;

/**
 * Payments that asked for an amount within the run's window, whose amount the run did not meet; by id, after `cursor`.
 * Those that never asked, such as the demo world's past ones, are none of the provider's.
 */
export async function paymentsNotMet(db: Db, run: RunRow, limit: number): Promise<PaymentRow[]> {
  const asked = sql`exists (select 1 from ${paymentAttempts} where ${paymentAttempts.paymentId} = ${payments.id}
    and ${paymentAttempts.operation} = 'AUTHORIZE' and ${paymentAttempts.createdAt} >= ${run.since.toISOString()}::timestamptz
    and ${paymentAttempts.createdAt} < ${run.until.toISOString()}::timestamptz)`;
  const later = run.cursor === null ? undefined : sql`${payments.id} > ${toUuid(run.cursor)}::uuid`;
  return db
    .select()
    .from(payments)
    .where(
      and(
        isNotNull(payments.providerIntentId),
        sql`${payments.amountMinor} > 0`,
        asked,
        sql`not ${met(run, payments.providerIntentId)}`,
        later,
      ),
    )
    .orderBy(asc(payments.id))
    .limit(limit);
}

/** Refunds told to the provider within the run's window, which named them and which the run did not meet; by id, after `cursor`. */
export async function refundsNotMet(db: Db, run: RunRow, limit: number): Promise<RefundRow[]> {
  const asked = sql`exists (select 1 from ${refundAttempts} where ${refundAttempts.refundId} = ${refunds.id}
    and ${refundAttempts.createdAt} >= ${run.since.toISOString()}::timestamptz
    and ${refundAttempts.createdAt} < ${run.until.toISOString()}::timestamptz)`;
  const later = run.cursor === null ? undefined : sql`${refunds.id} > ${toUuid(run.cursor)}::uuid`;
  return db
    .select()
    .from(refunds)
    .where(and(isNotNull(refunds.providerRefundId), asked, sql`not ${met(run, refunds.providerRefundId)}`, later))
    .orderBy(asc(refunds.id))
    .limit(limit);
}

/** The attempt of a refund under this key; null when it is none of the refund's. */
export async function attemptOf(tx: Tx, refundId: string, idempotencyKey: string) {
  const mine = and(eq(refundAttempts.refundId, refundId), eq(refundAttempts.idempotencyKey, idempotencyKey));
  const [row] = await tx.select().from(refundAttempts).where(mine);
  return row ?? null;
}
