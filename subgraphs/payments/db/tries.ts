/** The tries of a payment: one card after another. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { uuids, type Db, type Tx } from "../../../kit/database/db.ts";
import { schedule } from "../../../kit/events/timers.ts";
import type { TryState } from "../domain/tries.ts";
import type { Moment } from "./payments.ts";
import { payments, paymentTries, type PaymentRow, type TryRow } from "./tables.ts";

/** Name of the timer that lets go of what a try that is over may still hold; its key is `letGoKey`. */
export const letGoTimer = "payment.let-go";

/** Names one try of one payment. */
export const letGoKey = (paymentId: string, number: number): string => `${paymentId}:${number}`;

/** Stores the payment's newest try. Throws when another one may still hold money. */
export async function insertTry(tx: Tx, { id: paymentId, tryNumber: number }: PaymentRow, { now }: Moment) {
  await tx.insert(paymentTries).values({ paymentId, number, state: "LIVE", createdAt: now });
}

/** Says what became of the payment's newest try, and keeps its names at the provider; one that is over stays as it is. */
export async function settleTry(
  tx: Tx,
  payment: PaymentRow,
  state: Exclude<TryState, "LIVE">,
  failure: string | null,
  { now }: Moment,
): Promise<void> {
  const { id, tryNumber, providerIntentId, providerSetupId } = payment;
  const open = state === "HELD" ? ["LIVE"] : ["LIVE", "HELD"];
  await tx
    .update(paymentTries)
    .set({ state, failure, providerIntentId, providerSetupId, settledAt: now })
    .where(
      and(
        eq(paymentTries.paymentId, id),
        eq(paymentTries.number, tryNumber),
        sql`${paymentTries.state} = any(${sql.raw(`array['${open.join("','")}']`)})`,
      ),
    );
}

/** Has what a try may still hold at the provider let go. */
export const letGoLater = (tx: Tx, { paymentId, number }: Pick<TryRow, "paymentId" | "number">, moment: Moment) =>
  schedule(tx, { name: letGoTimer, key: letGoKey(paymentId, number), dueAt: moment.now, traceId: moment.traceId });

/** The try that a provider's intent was made for, if it is another than the payment's newest; null when it is none. */
export async function earlierTry(
  tx: Tx,
  payment: PaymentRow,
  { id, tryNumber }: { id: string; tryNumber: number },
): Promise<TryRow | null> {
  // By number only where the provider's name of it was never heard.
  const named = sql`(${paymentTries.providerIntentId} = ${id}
    or (${paymentTries.providerIntentId} is null and ${paymentTries.number} = ${tryNumber}))`;
  const mine = and(eq(paymentTries.paymentId, payment.id), sql`${paymentTries.number} < ${payment.tryNumber}`, named);
  const [row] = await tx.select().from(paymentTries).where(mine).orderBy(asc(paymentTries.number)).limit(1);
  return row ?? null;
}

/** The payment whose earlier try was for this intent, locked until commit; null when there is none. */
export async function lockPaymentOfTry(tx: Tx, intentId: string): Promise<PaymentRow | null> {
  const [row] = await tx
    .select({ payment: payments })
    .from(payments)
    .innerJoin(paymentTries, eq(paymentTries.paymentId, payments.id))
    .where(eq(paymentTries.providerIntentId, intentId))
    .for("update", { of: payments });
  return row?.payment ?? null;
}

/** A try of a payment whose money is still to be let go; null when there is no such try or nothing is left to do. */
export async function tryToLetGo(db: Db, key: string): Promise<{ payment: PaymentRow; tried: TryRow } | null> {
  const [paymentId = "", number = ""] = key.split(":");
  const mine = and(
    sql`${paymentTries.paymentId} = any(${uuids([paymentId])})`,
    eq(paymentTries.number, Number(number)),
  );
  const [row] = await db
    .select({ payment: payments, tried: paymentTries })
    .from(paymentTries)
    .innerJoin(payments, eq(payments.id, paymentTries.paymentId))
    .where(and(mine, isNull(paymentTries.releasedAt)));
  return row ?? null;
}

/** Changes a try that is over. */
export async function patchTry(
  tx: Tx,
  { paymentId, number }: TryRow,
  patch: Partial<Pick<TryRow, "releasedAt" | "providerRefundId" | "providerIntentId" | "refundRefusals">>,
): Promise<void> {
  const mine = and(eq(paymentTries.paymentId, paymentId), eq(paymentTries.number, number));
  await tx.update(paymentTries).set(patch).where(mine);
}

/** Tries by payment, in their order. */
export async function triesByPayment(db: Db, paymentIds: readonly string[]): Promise<Map<string, TryRow[]>> {
  const mine = sql`${paymentTries.paymentId} = any(${uuids(paymentIds)})`;
  const rows = await db.select().from(paymentTries).where(mine).orderBy(asc(paymentTries.number));
  return Map.groupBy(rows, (row) => row.paymentId);
}
