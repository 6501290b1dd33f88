/** Export and erasure of what delivery keeps about a person. */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Executor, Tx } from "../../../../kit/database/db.ts";
import { deliveryStates, isSettled } from "../../domain/delivery-states.ts";
import { couriers, deliveries, deliverySnapshots, memberships, pendingErasures } from "../tables.ts";

const settled = deliveryStates.filter(isSettled);

/** Everything about the person: deliveries to them, and their record as a courier. */
export async function personalDataOf(executor: Executor, userId: string) {
  const received = await executor
    .select()
    .from(deliveries)
    .leftJoin(deliverySnapshots, eq(deliverySnapshots.deliveryId, deliveries.id))
    .where(eq(deliveries.customerId, userId));
  const courier = await executor.select().from(couriers).where(eq(couriers.userId, userId));
  return {
    deliveries: received.map((row) => ({
      id: row.deliveries.id,
      orderId: row.deliveries.orderId,
      state: row.deliveries.state,
      createdAt: row.deliveries.createdAt.toISOString(),
      proofNote: row.deliveries.proofNote,
      dropoffAddress: row.delivery_snapshots?.dropoffAddress ?? null,
      recipientName: row.delivery_snapshots?.recipientName ?? null,
      recipientPhone: row.delivery_snapshots?.recipientPhone ?? null,
      notes: row.delivery_snapshots?.notes ?? null,
      dropoff: [row.delivery_snapshots?.dropoffLatitude ?? null, row.delivery_snapshots?.dropoffLongitude ?? null],
    })),
    courier: courier.map((row) => ({
      id: row.id,
      latitude: row.latitude,
      longitude: row.longitude,
      locatedAt: row.locatedAt?.toISOString() ?? null,
    })),
  };
}

/** Remembers the wish and overwrites what is settled; `eraseWhenSettled` finishes when running deliveries end. */
export async function erasePerson(tx: Tx, userId: string, now: Date): Promise<void> {
  await tx.insert(pendingErasures).values({ userId, askedAt: now }).onConflictDoNothing();
  await tx.delete(memberships).where(eq(memberships.userId, userId));
  await tx
    .update(couriers)
    .set({ status: "OFFLINE", latitude: null, longitude: null, cell: null, locatedAt: null, idleSince: null })
    .where(eq(couriers.userId, userId));
  await overwrite(tx, userId, now);
}

/** Finishes an erasure that waited for this customer's delivery; nothing happens when none was asked. */
export async function eraseWhenSettled(tx: Tx, customerId: string, now: Date): Promise<void> {
  const asked = await tx.select().from(pendingErasures).where(eq(pendingErasures.userId, customerId));
  if (asked.length > 0) await overwrite(tx, customerId, now);
}

async function overwrite(tx: Tx, userId: string, now: Date): Promise<void> {
  const own = tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.customerId, userId), inArray(deliveries.state, settled)));
  await tx
    .update(deliverySnapshots)
    .set({
      dropoffLatitude: null,
      dropoffLongitude: null,
      dropoffAddress: null,
      recipientName: null,
      recipientPhone: null,
      notes: null,
      erasedAt: now,
    })
    .where(and(inArray(deliverySnapshots.deliveryId, own), sql`${deliverySnapshots.erasedAt} is null`));
  await tx
    .update(deliveries)
    .set({ proofNote: null, proofPhotoUrl: null })
    .where(and(eq(deliveries.customerId, userId), inArray(deliveries.state, settled)));
}
