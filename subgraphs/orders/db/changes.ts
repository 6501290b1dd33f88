/** Writes of orders. A state changes only where it still is what the caller saw. */
import { and, eq, sql } from "drizzle-orm";
import type { Db, Executor } from "../../../kit/database/db.ts";
import type { OrderActor, OrderCause, OrderTransition } from "../domain/order-states.ts";
import { withBearers, type CartLine, type Recipient } from "../domain/quote.ts";
import {
  carts,
  couriers,
  memberships,
  orderFees,
  orderHistory,
  orderLines,
  orderRecipients,
  orders,
  quotes,
  type OrderRow,
  type QuoteRow,
} from "./tables.ts";

/** Who changes something, when, why, and under which trace. */
export type Act = { actorId: string | null; reason?: string | null; now: Date; traceId: string };

/** Columns that may change together with the state, or beside it. */
export type OrderPatch = Partial<Omit<OrderRow, "id" | "state" | "customerId" | "restaurantId" | "quoteId">>;

/** Runs `work` in one transaction. */
export const inTransaction = <T>(
  db: Db,
  work: (tx: Parameters<Parameters<Db["transaction"]>[0]>[0]) => Promise<T>,
): Promise<T> => db.transaction(work);

/** Makes the move and writes its history; null when the order has left `move.from` meanwhile. */
export async function applyMove(
  tx: Executor,
  orderId: string,
  move: OrderTransition,
  patch: OrderPatch,
  act: Act,
): Promise<OrderRow | null> {
  const [row] = await tx
    .update(orders)
    .set({ ...patch, state: move.to })
    .where(and(eq(orders.id, orderId), eq(orders.state, move.from)))
    .returning();
  if (row === undefined) return null;
  await writeHistory(tx, { orderId, from: move.from, to: move.to, cause: move.cause, actor: move.by }, act);
  return row;
}

type Step = {
  orderId: string;
  from: OrderRow["state"] | null;
  to: OrderRow["state"];
  cause: OrderCause | "ORDER_CREATED";
  actor: OrderActor;
};

async function writeHistory(tx: Executor, step: Step, act: Act): Promise<void> {
  await tx.insert(orderHistory).values({
    orderId: step.orderId,
    // The order's row is locked by the change of state, so the count cannot move.
    position: sql`(select count(*) from ${orderHistory} where ${eq(orderHistory.orderId, step.orderId)})`,
    fromState: step.from,
    toState: step.to,
    cause: step.cause,
    actor: step.actor,
    actorId: act.actorId,
    reason: act.reason ?? null,
    traceId: act.traceId,
    at: act.now,
  });
}

/** Changes columns beside the state. */
export async function patchOrder(tx: Executor, orderId: string, patch: OrderPatch): Promise<OrderRow | null> {
  const [row] = await tx.update(orders).set(patch).where(eq(orders.id, orderId)).returning();
  return row ?? null;
}

/** Stores a quote. */
export async function insertQuote(db: Executor, quote: typeof quotes.$inferInsert): Promise<QuoteRow> {
  const [row] = await db.insert(quotes).values(quote).returning();
  if (row === undefined) throw new Error("the quote was not stored");
  return row;
}

/** Turns a quote into its order, with the stored values only; null when the quote was used already. */
export async function insertOrder(
  tx: Executor,
  quote: QuoteRow,
  collectionCode: string | null,
  act: Act,
): Promise<OrderRow | null> {
  const { content } = quote;
  const { id: quoteId, orderId, request: _, content: __, recipient, expiresAt: ___, ...same } = quote;
  const [row] = await tx
    .insert(orders)
    .values({
      ...same,
      id: orderId,
      quoteId,
      state: "PENDING_PAYMENT",
      createdAt: act.now,
      taxInclusive: content.taxInclusive,
      restaurantName: content.restaurantName,
      pickupLatitude: content.pickup.latitude,
      pickupLongitude: content.pickup.longitude,
      zoneId: content.delivery?.zoneId ?? null,
      distanceMeters: content.delivery?.distanceMeters ?? 0,
      prepSeconds: content.prepSeconds,
      travelSeconds: content.delivery && Math.max(0, content.delivery.etaSeconds - content.prepSeconds),
      collectionCode,
    })
    .onConflictDoNothing()
    .returning();
  if (row === undefined) return null;
  await insertParts(tx, quote);
  if (recipient !== null) await tx.insert(orderRecipients).values({ orderId, recipient });
  await writeHistory(tx, { orderId, from: null, to: row.state, cause: "ORDER_CREATED", actor: "CUSTOMER" }, act);
  return row;
}

async function insertParts(tx: Executor, { orderId, content, discountByRestaurantMinor }: QuoteRow): Promise<void> {
  const pricing = withBearers(content.pricing, discountByRestaurantMinor);
  const lines = content.lines.map((line, position) => {
    const allocation = pricing.lines[position];
    if (allocation === undefined) throw new Error("the quote's lines and allocations differ");
    return { orderId, position, ...line, ...allocation };
  });
  await tx.insert(orderLines).values(lines);
  await tx.insert(orderFees).values(pricing.fees.map((fee) => ({ orderId, ...fee })));
}

/** Replaces the person's cart. */
export async function putCart(db: Executor, userId: string, restaurantId: string, lines: CartLine[], now: Date) {
  const cart = { restaurantId, lines, updatedAt: now };
  const [row] = await db
    .insert(carts)
    .values({ userId, ...cart })
    .onConflictDoUpdate({ target: carts.userId, set: cart })
    .returning();
  if (row === undefined) throw new Error("the cart was not stored");
  return row;
}

/** Fills the person's cart, unless they have begun another. */
export async function putBackCart(db: Executor, userId: string, restaurantId: string, lines: CartLine[], now: Date) {
  await db.insert(carts).values({ userId, restaurantId, lines, updatedAt: now }).onConflictDoNothing();
}

/** Empties the person's cart. */
export async function deleteCart(db: Executor, userId: string): Promise<void> {
  await db.delete(carts).where(eq(carts.userId, userId));
}

/** Applies membership.changed.v1; a null role takes the membership away. */
export async function putMembership(
  tx: Executor,
  userId: string,
  restaurantId: string,
  role: "OWNER" | "STAFF" | null,
) {
  if (role === null) {
    await tx.delete(memberships).where(and(eq(memberships.userId, userId), eq(memberships.restaurantId, restaurantId)));
    return;
  }
  await tx
    .insert(memberships)
    .values({ userId, restaurantId, role })
    .onConflictDoUpdate({ target: [memberships.userId, memberships.restaurantId], set: { role } });
}

/** Applies courier.changed.v1. */
export async function putCourier(tx: Executor, courierId: string, userId: string): Promise<void> {
  await tx
    .insert(couriers)
    .values({ courierId, userId })
    .onConflictDoUpdate({ target: couriers.courierId, set: { userId } });
}

/** What stands in place of an erased person's address. */
export const erasedRecipient: Recipient = {
  addressId: "",
  line1: "erased",
  line2: null,
  city: "erased",
  postalCode: null,
  notes: null,
  recipientName: "erased",
  phone: null,
  location: { latitude: 0, longitude: 0 },
};
