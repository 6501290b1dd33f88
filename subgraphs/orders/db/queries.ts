/** Reads of orders, batched by ids; pages by creation time, newest first. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { and, arrayOverlaps, asc, desc, eq, inArray, isNotNull, isNull, notInArray, sql, type SQL } from "drizzle-orm";
import { uuids, type Executor } from "../../../kit/database/db.ts";
import { rowsBy } from "../../../kit/database/rows-by.ts";
import type { AttentionReason } from "../domain/attention.ts";
import type { ChargedOrder } from "../domain/cancellation.ts";
import { terminalStates, type OrderState } from "../domain/order-states.ts";
import {
  carts,
  couriers,
  idempotencyKeys,
  memberships,
  orderFees,
  orderHistory,
  orderLines,
  orderRecipients,
  orders,
  quotes,
  type CartRow,
  type OrderFeeRow,
  type OrderHistoryRow,
  type OrderLineRow,
  type OrderRow,
  type QuoteRow,
} from "./tables.ts";

/** Which orders a page holds; unset parts do not narrow. */
export type OrderFilter = {
  customerId?: string;
  restaurantId?: string;
  states?: readonly OrderState[];
  late?: boolean;
  needsAttention?: boolean;
  attention?: readonly AttentionReason[];
};

const readOrdersByIds = rowsBy(orders, orders.id);

/** Orders by id; unknown and malformed ids are absent. */
export async function ordersByIds(db: Executor, ids: readonly string[]): Promise<Map<string, OrderRow>> {
  const rows = await readOrdersByIds(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

/** One order, its row locked until the transaction ends; null when unknown. */
export async function lockOrder(tx: Executor, id: string): Promise<OrderRow | null> {
  const [row] = await tx.select().from(orders).where(eq(orders.id, id)).for("update");
  return row ?? null;
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [orders.createdAt, orders.id],
  order: "falling",
  valuesOf: instantAndId,
};

/** A page of orders, newest first. */
export async function ordersPage(
  db: Executor,
  filter: OrderFilter,
  slice: Slice<InstantPosition>,
): Promise<OrderRow[]> {
  const page = keyset(newestFirst, slice);
  const wanted: (SQL | undefined)[] = [
    filter.customerId === undefined ? undefined : eq(orders.customerId, filter.customerId),
    filter.restaurantId === undefined ? undefined : eq(orders.restaurantId, filter.restaurantId),
    filter.states === undefined ? undefined : inArray(orders.state, [...filter.states]),
    filter.late === true ? isNotNull(orders.lateSince) : undefined,
    filter.needsAttention === true ? isNotNull(orders.attention) : undefined,
    filter.attention === undefined ? undefined : arrayOverlaps(orders.attention, [...filter.attention]),
    page.where,
  ];
  return db
    .select()
    .from(orders)
    .where(and(...wanted))
    .orderBy(...page.orderBy)
    .limit(slice.limit);
}

const readLinesByOrder = rowsBy(orderLines, orderLines.orderId, { orderBy: [asc(orderLines.position)] });

/** Lines by order, in their order. */
export async function linesByOrder(db: Executor, ids: readonly string[]): Promise<Map<string, OrderLineRow[]>> {
  const rows = await readLinesByOrder(db, ids);
  return Map.groupBy(rows, (row) => row.orderId);
}

const readFeesByOrder = rowsBy(orderFees, orderFees.orderId, { orderBy: [asc(orderFees.kind)] });

/** Fees by order. */
export async function feesByOrder(db: Executor, ids: readonly string[]): Promise<Map<string, OrderFeeRow[]>> {
  const rows = await readFeesByOrder(db, ids);
  return Map.groupBy(rows, (row) => row.orderId);
}

/** What an order was charged, part by part: what its end may cost is a share of it. */
export async function chargedOrder(db: Executor, { id, tipMinor }: OrderRow): Promise<ChargedOrder> {
  const [lines, fees] = await Promise.all([linesByOrder(db, [id]), feesByOrder(db, [id])]);
  return { lines: lines.get(id) ?? [], fees: fees.get(id) ?? [], tipMinor };
}

const readHistoryByOrder = rowsBy(orderHistory, orderHistory.orderId, { orderBy: [asc(orderHistory.position)] });

/** History by order, oldest first. */
export async function historyByOrder(db: Executor, ids: readonly string[]): Promise<Map<string, OrderHistoryRow[]>> {
  const rows = await readHistoryByOrder(db, ids);
  return Map.groupBy(rows, (row) => row.orderId);
}

/** The last line of an order's history, or the last by `cause`; null where there is none. */
export async function lastStepOf(
  tx: Executor,
  orderId: string,
  cause?: OrderHistoryRow["cause"],
): Promise<OrderHistoryRow | null> {
  const mine = and(eq(orderHistory.orderId, orderId), cause && eq(orderHistory.cause, cause));
  const [row] = await tx.select().from(orderHistory).where(mine).orderBy(desc(orderHistory.position)).limit(1);
  return row ?? null;
}

/** The personal snapshot of an order; null for pickup. */
export async function recipientOf(db: Executor, orderId: string) {
  const [row] = await db.select().from(orderRecipients).where(eq(orderRecipients.orderId, orderId));
  return row?.recipient ?? null;
}

/** A quote of this customer; null when unknown or another's. */
export async function quoteOf(db: Executor, id: string, customerId: string): Promise<QuoteRow | null> {
  const [row] = await db
    .select()
    .from(quotes)
    .where(and(eq(quotes.id, id), eq(quotes.customerId, customerId)));
  return row ?? null;
}

const readCartsByUser = rowsBy(carts, carts.userId);

/** Carts by owner. */
export async function cartsByUser(db: Executor, userIds: readonly string[]): Promise<Map<string, CartRow>> {
  const rows = await readCartsByUser(db, userIds);
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Ids of at most `limit` orders for later at a restaurant whose time has not come yet, the next one first. */
export async function waitingOrdersOf(db: Executor, restaurantId: string, limit: number): Promise<string[]> {
  const waiting = and(eq(orders.restaurantId, restaurantId), eq(orders.state, "SCHEDULED"), isNull(orders.dueAt));
  const rows = await db
    .select({ id: orders.id })
    .from(orders)
    .where(waiting)
    .orderBy(asc(orders.scheduledFor), asc(orders.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Whether the user may act for the restaurant. */
export async function isMember(db: Executor, userId: string, restaurantId: string): Promise<boolean> {
  const found = await restaurantsOfUsers(db, [userId]);
  return found.get(userId)?.has(restaurantId) ?? false;
}

/** Whether the restaurant is the user's own, as far as orders has been told. */
export async function isOwner(db: Executor, userId: string, restaurantId: string): Promise<boolean> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.restaurantId, restaurantId)));
  return row?.role === "OWNER";
}

/** The restaurants that each user may act for; those that are their own with `role` OWNER. */
export async function restaurantsOfUsers(
  db: Executor,
  userIds: readonly string[],
  role?: "OWNER",
): Promise<Map<string, Set<string>>> {
  const rows = await db
    .select()
    .from(memberships)
    .where(
      and(
        sql`${memberships.userId} = any(${uuids(userIds)})`,
        role === undefined ? undefined : eq(memberships.role, role),
      ),
    );
  const byUser = Map.groupBy(rows, (row) => row.userId);
  return new Map([...byUser].map(([userId, own]) => [userId, new Set(own.map((row) => row.restaurantId))]));
}

const readCouriersOfUsers = rowsBy(couriers, couriers.userId);

/** The couriers that each user is. */
export async function couriersOfUsers(db: Executor, userIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await readCouriersOfUsers(db, userIds);
  const byUser = Map.groupBy(rows, (row) => row.userId);
  return new Map([...byUser].map(([userId, own]) => [userId, new Set(own.map((row) => row.courierId))]));
}

/** The person behind a courier; null when unknown. */
export async function userOfCourier(db: Executor, courierId: string): Promise<string | null> {
  const [row] = await db.select().from(couriers).where(eq(couriers.courierId, courierId));
  return row?.userId ?? null;
}

/** Whether the person has an order that has not ended. */
export async function hasLiveOrder(db: Executor, customerId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.customerId, customerId), notInArray(orders.state, [...terminalStates])))
    .limit(1);
  return row !== undefined;
}

/** Whether this idempotency key, or an order of this quote, is there already. */
export async function placementOf(db: Executor, asked: { scope: string; key: string; quoteId: string }) {
  const [[known], [order]] = await Promise.all([
    db
      .select({ key: idempotencyKeys.key })
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.scope, asked.scope),
          eq(idempotencyKeys.operation, "placeOrder"),
          eq(idempotencyKeys.key, asked.key),
        ),
      ),
    db.select({ id: orders.id }).from(orders).where(eq(orders.quoteId, asked.quoteId)),
  ]);
  return { keyKnown: known !== undefined, quoteUsed: order !== undefined };
}

/** Everything kept about a person, for the export. */
export async function personalData(db: Executor, userId: string) {
  const own = await db.select().from(orders).where(eq(orders.customerId, userId)).orderBy(desc(orders.createdAt));
  const lines = await linesByOrder(
    db,
    own.map((order) => order.id),
  );
  const recipients = await db
    .select({ orderId: orderRecipients.orderId, recipient: orderRecipients.recipient })
    .from(orderRecipients)
    .innerJoin(orders, eq(orders.id, orderRecipients.orderId))
    .where(eq(orders.customerId, userId));
  const quoted = await db.select().from(quotes).where(eq(quotes.customerId, userId));
  const cart = (await cartsByUser(db, [userId])).get(userId) ?? null;
  return { own, lines, recipients: new Map(recipients.map((row) => [row.orderId, row.recipient])), quoted, cart };
}
