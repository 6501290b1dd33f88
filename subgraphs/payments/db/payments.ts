/** Changes to payments: every step of the state goes through here, by conditional update, with its history. */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { canMove, type PaymentState } from "../domain/payment-states.ts";
import {
  commercialTerms,
  paymentAttempts,
  paymentHistory,
  payments,
  type AttemptRow,
  type PaymentRow,
} from "./tables.ts";

/** When something happens, and the trace that it belongs to. */
export type Moment = { now: Date; traceId: string };

/** Name of the timer that asks the provider what a payment's live attempt is about; its key is the payment's id. */
export const callTimer = "payment.call";

type Patch = Partial<typeof payments.$inferInsert>;

/** Stores a payment in state CREATED, unless the order has one already; answers null then. */
export async function insertPayment(
  tx: Tx,
  payment: Omit<typeof payments.$inferInsert, "id" | "state" | "createdAt" | "commissionBps">,
  defaultCommissionBps: number,
  { now }: Moment,
): Promise<PaymentRow | null> {
  const [terms] = await tx.select().from(commercialTerms).where(eq(commercialTerms.restaurantId, payment.restaurantId));
  const commissionBps = terms?.commissionBps ?? defaultCommissionBps;
  const [row] = await tx
    .insert(payments)
    .values({ ...payment, id: newId("pay"), state: "CREATED", createdAt: now, commissionBps })
    .onConflictDoNothing({ target: payments.orderId })
    .returning();
  return row ?? null;
}

/** The payment by its id, locked until commit; null when there is none. */
export async function lockPayment(tx: Tx, paymentId: string): Promise<PaymentRow | null> {
  const [row] = await tx.select().from(payments).where(eq(payments.id, paymentId)).for("update");
  return row ?? null;
}

/** The payment of an order, locked until commit; null when there is none. */
export async function lockPaymentOfOrder(tx: Tx, orderId: string): Promise<PaymentRow | null> {
  const [row] = await tx.select().from(payments).where(eq(payments.orderId, orderId)).for("update");
  return row ?? null;
}

/** The payment behind a provider's intent, locked until commit; null when there is none. */
export async function lockPaymentOfIntent(tx: Tx, intentId: string): Promise<PaymentRow | null> {
  const [row] = await tx.select().from(payments).where(eq(payments.providerIntentId, intentId)).for("update");
  return row ?? null;
}

/** The payment behind a provider's set-up of a payment method, locked until commit; null when there is none. */
export async function lockPaymentOfSetup(tx: Tx, setupId: string): Promise<PaymentRow | null> {
  const [row] = await tx.select().from(payments).where(eq(payments.providerSetupId, setupId)).for("update");
  return row ?? null;
}

/** Changes what is not the state. */
export async function patchPayment(tx: Tx, payment: PaymentRow, patch: Omit<Patch, "state">): Promise<PaymentRow> {
  const [row] = await tx.update(payments).set(patch).where(eq(payments.id, payment.id)).returning();
  if (!row) throw new Error(`payment ${payment.id} is gone`);
  return row;
}

/** Moves a payment one step of the state table and writes it into the history. Throws when the step is not listed, or another was faster. */
export async function movePayment(
  tx: Tx,
  payment: PaymentRow,
  to: PaymentState,
  patch: Patch,
  moment: Moment,
): Promise<PaymentRow> {
  const { id, state: from } = payment;
  if (!canMove(from, to)) throw new Error(`a payment does not go from ${from} to ${to}`);
  const [row] = await tx
    .update(payments)
    .set({ ...patch, state: to })
    .where(and(eq(payments.id, id), eq(payments.state, from)))
    .returning();
  if (!row) throw new Error(`payment ${id} left ${from} meanwhile`);
  await tx.insert(paymentHistory).values({
    paymentId: id,
    seq: sql`(select coalesce(max(${paymentHistory.seq}), 0) + 1 from ${paymentHistory} where ${eq(paymentHistory.paymentId, id)})` as never,
    from,
    to,
    at: moment.now,
    traceId: moment.traceId,
  });
  return row;
}

const operationOf = { SAVING: "SAVE", AUTHORIZING: "AUTHORIZE", CAPTURING: "CAPTURE", VOIDING: "VOID" } as const;

/** Enters an -ING state: stores the idempotency key of the call to come and sets the timer that makes it. */
export async function beginCall(
  tx: Tx,
  payment: PaymentRow,
  to: keyof typeof operationOf,
  moment: Moment,
): Promise<PaymentRow> {
  const moved = await movePayment(tx, payment, to, {}, moment);
  const operation = operationOf[to];
  await endAttempt(tx, payment.id, "SUCCEEDED", null, moment);
  const idempotencyKey = `${payment.id}:${operation.toLowerCase()}:${newId("evt")}`;
  await tx
    .insert(paymentAttempts)
    .values({ idempotencyKey, paymentId: payment.id, operation, state: "LIVE", createdAt: moment.now });
  await schedule(tx, { name: callTimer, key: payment.id, dueAt: moment.now, traceId: moment.traceId });
  return moved;
}

/** Closes the live attempt, if there is one. */
export async function endAttempt(
  tx: Tx,
  paymentId: string,
  state: "SUCCEEDED" | "FAILED",
  failure: string | null,
  { now }: Moment,
): Promise<void> {
  await tx
    .update(paymentAttempts)
    .set({ state, failure, settledAt: now })
    .where(and(eq(paymentAttempts.paymentId, paymentId), eq(paymentAttempts.state, "LIVE")));
}

/** The payment with the attempt whose outcome is open; null when none is. */
export async function openCall(
  db: Db | Tx,
  paymentId: string,
): Promise<{ payment: PaymentRow; attempt: AttemptRow } | null> {
  const [row] = await db
    .select({ payment: payments, attempt: paymentAttempts })
    .from(paymentAttempts)
    .innerJoin(payments, eq(payments.id, paymentAttempts.paymentId))
    .where(and(eq(paymentAttempts.paymentId, paymentId), eq(paymentAttempts.state, "LIVE")));
  return row ?? null;
}

/** Claims `amountMinor` of what was captured and not paid back; null when there is not that much, whoever asks at the same time. */
export async function reserveRefundable(tx: Tx, paymentId: string, amountMinor: number): Promise<PaymentRow | null> {
  const [row] = await tx
    .update(payments)
    .set({ refundReservedMinor: sql`${payments.refundReservedMinor} + ${amountMinor}` })
    .where(
      and(
        eq(payments.id, paymentId),
        inArray(payments.state, ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED"]),
        sql`${payments.refundReservedMinor} + ${payments.lostMinor} + ${amountMinor} <= ${payments.capturedMinor}`,
      ),
    )
    .returning();
  return row ?? null;
}
