/** What payments keeps of other subgraphs' facts, and of the provider's webhooks. */
import { and, eq } from "drizzle-orm";
import type { Tx } from "../../../kit/database/db.ts";
import { couriers, memberships, webhookEvents } from "./tables.ts";

/** Keeps, changes or (role null) ends a membership. */
export async function keepMembership(
  tx: Tx,
  userId: string,
  restaurantId: string,
  role: "OWNER" | "STAFF" | null,
): Promise<void> {
  if (role === null) {
    await tx.delete(memberships).where(and(eq(memberships.userId, userId), eq(memberships.restaurantId, restaurantId)));
    return;
  }
  const target = [memberships.userId, memberships.restaurantId];
  await tx.insert(memberships).values({ userId, restaurantId, role }).onConflictDoUpdate({ target, set: { role } });
}

/** Keeps which person a courier is. */
export async function keepCourier(tx: Tx, id: string, userId: string): Promise<void> {
  await tx.insert(couriers).values({ id, userId }).onConflictDoUpdate({ target: couriers.id, set: { userId } });
}

/** Takes note of a webhook in the transaction of its effect; false when it had its effect before. */
export async function firstDelivery(tx: Tx, eventId: string, type: string, receivedAt: Date): Promise<boolean> {
  const rows = await tx.insert(webhookEvents).values({ eventId, type, receivedAt }).onConflictDoNothing().returning();
  return rows.length > 0;
}
