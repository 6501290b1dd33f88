/** Changes to payouts: every step of the state goes through here, by conditional update, with its history. */
import { and, count, desc, eq, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { isId, newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { canMovePayout, livePayoutStates, type PayoutState } from "../domain/payout-states.ts";
import type { Moment } from "./payments.ts";
import { payoutAttempts, payoutHistory, payouts, type PayoutAttemptRow, type PayoutRow } from "./payout-tables.ts";

/** Name of the timer that takes a payout's next step at the provider; its key is the payout's id. */
export const payoutTimer = "payout.send";

type Patch = Partial<typeof payouts.$inferInsert>;

/** Stores a payout in state PENDING and sets the timer that sends it. Fails when the account has a live one, or less than the amount. */
export async function insertPayout(
  tx: Tx,
  payout: Omit<typeof payouts.$inferInsert, "id" | "state" | "createdAt">,
  moment: Moment,
): Promise<PayoutRow> {
  const [row] = await tx
    .insert(payouts)
    .values({ ...payout, id: newId("pyt"), state: "PENDING", createdAt: moment.now })
    .returning();
  if (!row) throw new Error("no payout came back");
  await wakePayout(tx, row.id, 0, moment);
  return row;
}

/** Takes the payout's next step after so many milliseconds. */
export const wakePayout = (tx: Tx, payoutId: string, afterMs: number, { now, traceId }: Moment): Promise<void> =>
  schedule(tx, { name: payoutTimer, key: payoutId, dueAt: new Date(now.getTime() + afterMs), traceId });

/** The payout by its id, locked until commit; null when there is none. */
export async function lockPayout(tx: Tx, payoutId: string): Promise<PayoutRow | null> {
  if (!isId("pyt", payoutId)) return null;
  const [row] = await tx.select().from(payouts).where(eq(payouts.id, payoutId)).for("update");
  return row ?? null;
}

/** The payout of an account that is on its way; null when none is. */
export async function livePayout(tx: Db | Tx, accountId: string): Promise<PayoutRow | null> {
  const live = and(eq(payouts.accountId, accountId), inArray(payouts.state, [...livePayoutStates]));
  const [row] = await tx.select().from(payouts).where(live);
  return row ?? null;
}

/** The end of the account's newest payout period; null when it was never paid. */
export async function lastPeriodEnd(tx: Tx, accountId: string): Promise<Date | null> {
  const [row] = await tx
    .select({ end: payouts.periodEnd })
    .from(payouts)
    .where(eq(payouts.accountId, accountId))
    .orderBy(desc(payouts.createdAt), desc(payouts.id))
    .limit(1);
  return row?.end ?? null;
}

/** Changes what is not the state. */
export async function patchPayout(tx: Db | Tx, payoutId: string, patch: Omit<Patch, "state">): Promise<PayoutRow> {
  const [row] = await tx.update(payouts).set(patch).where(eq(payouts.id, payoutId)).returning();
  if (!row) throw new Error(`payout ${payoutId} is gone`);
  return row;
}

/** Moves a payout one step of the state table and writes it into the history. Throws when the step is not listed, or another was faster. */
export async function movePayout(
  tx: Tx,
  payout: PayoutRow,
  to: PayoutState,
  patch: Patch,
  { now, traceId }: Moment,
): Promise<PayoutRow> {
  const { id: payoutId, state: from } = payout;
  if (!canMovePayout(from, to)) throw new Error(`a payout does not go from ${from} to ${to}`);
  const [row] = await tx
    .update(payouts)
    .set({ ...patch, state: to })
    .where(and(eq(payouts.id, payoutId), eq(payouts.state, from)))
    .returning();
  if (!row) throw new Error(`payout ${payoutId} left ${from} meanwhile`);
  const seq = sql`(select coalesce(max(${payoutHistory.seq}), 0) + 1 from ${payoutHistory} where ${eq(payoutHistory.payoutId, payoutId)})`;
  await tx.insert(payoutHistory).values({ payoutId, seq: seq as never, from, to, at: now, traceId });
  return row;
}

/** Stores the key of a call before the provider is asked. */
export async function beginPayoutAttempt(
  tx: Tx,
  payoutId: string,
  operation: PayoutAttemptRow["operation"],
  { now }: Moment,
): Promise<PayoutAttemptRow> {
  const number = ((await lastPayoutAttempt(tx, payoutId))?.number ?? 0) + 1;
  const idempotencyKey = `${payoutId}:${operation.toLowerCase()}:${newId("evt")}`;
  const attempt = { idempotencyKey, payoutId, number, operation, state: "LIVE", createdAt: now } as const;
  const [row] = await tx.insert(payoutAttempts).values(attempt).returning();
  if (!row) throw new Error("no attempt came back");
  return row;
}

/** The newest attempt of a payout, of one operation or any; null when there is none. */
export async function lastPayoutAttempt(
  db: Db | Tx,
  payoutId: string,
  operation?: PayoutAttemptRow["operation"],
): Promise<PayoutAttemptRow | null> {
  const wanted = operation === undefined ? undefined : eq(payoutAttempts.operation, operation);
  const [row] = await db
    .select()
    .from(payoutAttempts)
    .where(and(eq(payoutAttempts.payoutId, payoutId), wanted))
    .orderBy(desc(payoutAttempts.number))
    .limit(1);
  return row ?? null;
}

/** Closes an attempt with the provider's word. */
export async function endPayoutAttempt(
  tx: Tx,
  { idempotencyKey }: PayoutAttemptRow,
  state: "SUCCEEDED" | "FAILED",
  failure: string | null,
  { now }: Moment,
): Promise<void> {
  await tx
    .update(payoutAttempts)
    .set({ state, failure, settledAt: now })
    .where(eq(payoutAttempts.idempotencyKey, idempotencyKey));
}

/** How many of a payout's attempts were refused. */
export async function refusalsOf(tx: Tx, payoutId: string): Promise<number> {
  const [row] = await tx
    .select({ refused: count() })
    .from(payoutAttempts)
    .where(and(eq(payoutAttempts.payoutId, payoutId), eq(payoutAttempts.state, "FAILED")));
  return row?.refused ?? 0;
}
