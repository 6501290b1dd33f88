/** Reads and conditional writes of deliveries. */
import type { Slice } from "../../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../../kit/graphql/keyset.ts";
import { and, asc, eq, gt, inArray, notExists, or, sql } from "drizzle-orm";
import { uuids, type Executor, type Tx } from "../../../../kit/database/db.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import { isFinal, isSettled, sourcesOf, type DeliveryState } from "../../domain/delivery-states.ts";
import type { KitchenState } from "../../domain/pickup.ts";
import {
  deliveries,
  deliverySnapshots,
  deliverySteps,
  offers,
  type DeliveryRow,
  type SnapshotRow,
  type StepRow,
} from "../tables.ts";

/** A delivery to insert. */
export type NewDelivery = typeof deliveries.$inferInsert;

/** Inserts a delivery and its first step; null when the order has one already. */
export async function insertDelivery(tx: Tx, row: NewDelivery): Promise<DeliveryRow | null> {
  const [inserted] = await tx
    .insert(deliveries)
    .values(row)
    .onConflictDoNothing({ target: deliveries.orderId })
    .returning();
  if (!inserted) return null;
  await tx.insert(deliverySteps).values({ deliveryId: inserted.id, state: inserted.state, at: inserted.createdAt });
  return inserted;
}

/** The delivery, locked until commit; null when unknown. `no key` lets offers still refer to it. */
export async function lockDelivery(tx: Tx, id: string): Promise<DeliveryRow | null> {
  const [row] = await tx.select().from(deliveries).where(eq(deliveries.id, id)).for("no key update");
  return row ?? null;
}

/** The order's delivery, locked until commit; null when there is none. */
export async function lockDeliveryOfOrder(tx: Tx, orderId: string): Promise<DeliveryRow | null> {
  const [row] = await tx.select().from(deliveries).where(eq(deliveries.orderId, orderId)).for("no key update");
  return row ?? null;
}

/** A step: the target state, who takes it, and the columns that change with it. */
export type Move = {
  readonly id: string;
  readonly to: DeliveryState;
  /** Narrows the states that the table allows to come from. */
  readonly from?: readonly DeliveryState[];
  readonly set?: Partial<NewDelivery>;
  readonly actorId: string | null;
  readonly now: Date;
  /** What else the step tells: the courier who loses the delivery, and why they hand it back. */
  readonly told?: Pick<typeof deliverySteps.$inferInsert, "lostBy" | "handBackReason">;
};

/** Moves the delivery if the table of transitions allows it from its present state, and records the step; else null. */
export async function moveDelivery(tx: Tx, move: Move): Promise<DeliveryRow | null> {
  const allowed = sourcesOf(move.to).filter((state) => move.from?.includes(state) ?? true);
  const ended = isFinal(move.to) || isSettled(move.to) ? { endedAt: move.now } : {};
  const [row] = await tx
    .update(deliveries)
    .set({ ...move.set, ...ended, state: move.to })
    .where(and(eq(deliveries.id, move.id), inArray(deliveries.state, allowed)))
    .returning();
  if (!row) return null;
  const step = { deliveryId: row.id, state: move.to, actorId: move.actorId, at: move.now };
  await tx.insert(deliverySteps).values({ ...step, ...move.told });
  return row;
}

/** Changes columns that are not the state. */
export async function updateDelivery(tx: Tx, id: string, set: Partial<NewDelivery>): Promise<void> {
  await tx.update(deliveries).set(set).where(eq(deliveries.id, id));
}

/** Notes how far the kitchen is; READY never becomes PREPARING again. */
export async function setKitchen(tx: Tx, orderId: string, kitchen: KitchenState): Promise<void> {
  const earlier: KitchenState[] = kitchen === "READY" ? ["ACCEPTED", "PREPARING"] : ["ACCEPTED"];
  await tx
    .update(deliveries)
    .set({ kitchen })
    .where(and(eq(deliveries.orderId, orderId), inArray(deliveries.kitchen, earlier)));
}

/** Writes or replaces the personal data of a delivery. */
export async function saveSnapshot(tx: Tx, row: typeof deliverySnapshots.$inferInsert): Promise<void> {
  await tx.insert(deliverySnapshots).values(row).onConflictDoNothing();
}

/** A place among the searching deliveries. */
export type SearchPosition = Pick<DeliveryRow, "searchingSince" | "id">;

/**
 * Deliveries that look for a courier after the given one, longest first, locked.
 * Those in someone else's hands are left out, and those that wait for an answer to an offer.
 */
export function lockSearching(tx: Tx, limit: number, after: SearchPosition | null): Promise<DeliveryRow[]> {
  const offered = tx
    .select({ id: offers.id })
    .from(offers)
    .where(and(eq(offers.deliveryId, deliveries.id), eq(offers.state, "OFFERED")));
  const later =
    after?.searchingSince &&
    or(
      gt(deliveries.searchingSince, after.searchingSince),
      and(eq(deliveries.searchingSince, after.searchingSince), gt(deliveries.id, after.id)),
    );
  return tx
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.state, "SEARCHING"), notExists(offered), later ?? undefined))
    .orderBy(asc(deliveries.searchingSince), asc(deliveries.id))
    .limit(limit)
    .for("no key update", { skipLocked: true });
}

/** One delivery, unlocked. */
export async function deliveryById(executor: Executor, id: string): Promise<DeliveryRow | null> {
  const [row] = await executor.select().from(deliveries).where(eq(deliveries.id, id));
  return row ?? null;
}

const readDeliveriesByIds = rowsBy(deliveries, deliveries.id);

/** Deliveries by id; unknown and malformed ids are missing. */
export async function deliveriesByIds(executor: Executor, ids: readonly string[]): Promise<Map<string, DeliveryRow>> {
  const rows = await readDeliveriesByIds(executor, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readDeliveriesByOrders = rowsBy(deliveries, deliveries.orderId);

/** Deliveries by order. */
export async function deliveriesByOrders(
  executor: Executor,
  orderIds: readonly string[],
): Promise<Map<string, DeliveryRow>> {
  const rows = await readDeliveriesByOrders(executor, orderIds);
  return new Map(rows.map((row) => [row.orderId, row]));
}

const readSnapshotsByDeliveries = rowsBy(deliverySnapshots, deliverySnapshots.deliveryId);

/** Personal data by delivery. */
export async function snapshotsByDeliveries(
  executor: Executor,
  ids: readonly string[],
): Promise<Map<string, SnapshotRow>> {
  const rows = await readSnapshotsByDeliveries(executor, ids);
  return new Map(rows.map((row) => [row.deliveryId, row]));
}

const readStepsByDeliveries = rowsBy(deliverySteps, deliverySteps.deliveryId, { orderBy: [asc(deliverySteps.seq)] });

/** Steps by delivery, oldest first. */
export async function stepsByDeliveries(executor: Executor, ids: readonly string[]): Promise<Map<string, StepRow[]>> {
  const rows = await readStepsByDeliveries(executor, ids);
  return Map.groupBy(rows, (row) => row.deliveryId);
}

/** Couriers who lost these deliveries after `since`, by delivery. */
export async function lossesSince(tx: Tx, ids: readonly string[], since: Date): Promise<Map<string, Set<string>>> {
  const rows = await tx
    .select({ deliveryId: deliverySteps.deliveryId, courierId: deliverySteps.lostBy })
    .from(deliverySteps)
    .where(and(sql`${deliverySteps.deliveryId} = any(${uuids(ids)})`, gt(deliverySteps.at, since)));
  const lost = Map.groupBy(rows, (row) => row.deliveryId);
  return new Map(
    [...lost].map(([id, losses]) => [id, new Set(losses.flatMap(({ courierId }) => (courierId ? [courierId] : [])))]),
  );
}

/** A courier's deliveries, newest first, after the given one; `limit` + 1 tells whether more follow. */
export function deliveriesOfCourier(
  executor: Executor,
  courierId: string,
  slice: Slice<InstantPosition>,
): Promise<DeliveryRow[]> {
  const { where, orderBy } = keyset(newestFirst, slice);
  return executor
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.courierId, courierId), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [deliveries.createdAt, deliveries.id],
  order: "falling",
  valuesOf: instantAndId,
};
