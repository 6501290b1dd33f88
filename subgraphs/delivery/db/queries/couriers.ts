/** Reads and writes of couriers. */
import type { Slice } from "../../../../kit/graphql/connection.ts";
import { toUuid } from "../../../../kit/id.ts";
import { keyset, type Keyset } from "../../../../kit/graphql/keyset.ts";
import { and, asc, eq, gte, inArray, notExists, or, sql } from "drizzle-orm";
import { uuids, type Executor, type Tx } from "../../../../kit/database/db.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import { heldStates } from "../../domain/delivery-states.ts";
import { couriers, deliveries, memberships, offers, type CourierRow, type DeliveryRow } from "../tables.ts";

/** Registers the user as a courier; null when they are one already. */
export async function insertCourier(tx: Tx, row: typeof couriers.$inferInsert): Promise<CourierRow | null> {
  const [inserted] = await tx.insert(couriers).values(row).onConflictDoNothing({ target: couriers.userId }).returning();
  return inserted ?? null;
}

/** The user's courier record, locked until commit. Every action of a courier takes this lock first, so they queue up. */
export async function lockCourierOfUser(tx: Tx, userId: string): Promise<CourierRow | null> {
  const [row] = await tx.select().from(couriers).where(eq(couriers.userId, userId)).for("no key update");
  return row ?? null;
}

/** The courier, locked until commit. */
export async function lockCourier(tx: Tx, id: string): Promise<CourierRow | null> {
  const [row] = await tx.select().from(couriers).where(eq(couriers.id, id)).for("no key update");
  return row ?? null;
}

/** Changes a courier's columns. */
export async function updateCourier(
  tx: Executor,
  id: string,
  set: Partial<typeof couriers.$inferInsert>,
): Promise<CourierRow | null> {
  const [row] = await tx.update(couriers).set(set).where(eq(couriers.id, id)).returning();
  return row ?? null;
}

/** The delivery that the courier holds, if any. */
export async function heldBy(executor: Executor, courierId: string): Promise<DeliveryRow | null> {
  const [row] = await executor
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.courierId, courierId), inArray(deliveries.state, [...heldStates])));
  return row ?? null;
}

/** Couriers who are online in one of the cells, heard of since `heardSince`, and hold neither a delivery nor an open offer. */
export function freeCouriers(tx: Tx, cells: readonly string[], heardSince: Date): Promise<CourierRow[]> {
  const held = tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.courierId, couriers.id), inArray(deliveries.state, [...heldStates])));
  const open = tx
    .select({ id: offers.id })
    .from(offers)
    .where(and(eq(offers.courierId, couriers.id), eq(offers.state, "OFFERED")));
  return tx
    .select()
    .from(couriers)
    .where(
      and(
        eq(couriers.status, "ONLINE"),
        sql`${couriers.cell} = any(${`{${cells.join(",")}}`}::text[])`,
        gte(couriers.locatedAt, heardSince),
        notExists(held),
        notExists(open),
      ),
    )
    .orderBy(asc(couriers.id));
}

const readCouriersByIds = rowsBy(couriers, couriers.id);

/** Couriers by id. */
export async function couriersByIds(executor: Executor, ids: readonly string[]): Promise<Map<string, CourierRow>> {
  const rows = await readCouriersByIds(executor, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readCouriersByUsers = rowsBy(couriers, couriers.userId);

/** Couriers by user. */
export async function couriersByUsers(
  executor: Executor,
  userIds: readonly string[],
): Promise<Map<string, CourierRow>> {
  const rows = await readCouriersByUsers(executor, userIds);
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Every courier by id, after the given one. */
export function courierPage(executor: Executor, slice: Slice<readonly [id: string]>): Promise<CourierRow[]> {
  const { where, orderBy } = keyset(byId, slice);
  return executor
    .select()
    .from(couriers)
    .where(where)
    .orderBy(...orderBy)
    .limit(slice.limit);
}

const byId: Keyset<readonly [id: string]> = {
  columns: [couriers.id],
  order: "rising",
  valuesOf: ([id]) => sql`(${toUuid(id)}::uuid)`,
};

/** What the user has to do with couriers as customer or restaurant member: `live` while one holds their delivery. */
export async function couriersKnownTo(
  executor: Executor,
  userId: string,
  ids: readonly string[],
): Promise<Map<string, { live: boolean }>> {
  const restaurants = executor
    .select({ id: memberships.restaurantId })
    .from(memberships)
    .where(eq(memberships.userId, userId));
  const rows = await executor
    .select({
      courierId: deliveries.courierId,
      live: sql<boolean>`bool_or(${inArray(deliveries.state, [...heldStates])})`,
    })
    .from(deliveries)
    .where(
      and(
        sql`${deliveries.courierId} = any(${uuids(ids)})`,
        or(eq(deliveries.customerId, userId), inArray(deliveries.restaurantId, restaurants)),
      ),
    )
    .groupBy(deliveries.courierId);
  return new Map(rows.flatMap((row) => (row.courierId ? [[row.courierId, { live: row.live }] as const] : [])));
}
