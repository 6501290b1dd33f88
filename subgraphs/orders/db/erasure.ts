/** Erasing a person: snapshots are overwritten, the words they gave as reasons go, orders and amounts stay. */
import { and, eq, inArray } from "drizzle-orm";
import type { Executor } from "../../../kit/database/db.ts";
import { erasedRecipient } from "./changes.ts";
import { hasLiveOrder } from "./queries.ts";
import { carts, orderHistory, orderRecipients, orders, pendingErasures, quotes } from "./tables.ts";

/** Notes the wish to be erased, and grants it at once when no order of the person is live. */
export async function requestErasure(tx: Executor, userId: string, now: Date): Promise<void> {
  await tx.insert(pendingErasures).values({ userId, requestedAt: now }).onConflictDoNothing();
  await erasePending(tx, userId, now);
}

/** Erases a person who asked for it, unless an order is still live; does nothing for others. */
export async function erasePending(tx: Executor, userId: string, now: Date): Promise<void> {
  const [asked] = await tx.select().from(pendingErasures).where(eq(pendingErasures.userId, userId));
  if (asked === undefined || (await hasLiveOrder(tx, userId))) return;
  await tx.delete(carts).where(eq(carts.userId, userId));
  await tx.update(quotes).set({ recipient: null }).where(eq(quotes.customerId, userId));
  const own = tx.select({ id: orders.id }).from(orders).where(eq(orders.customerId, userId));
  await tx
    .update(orderRecipients)
    .set({ recipient: erasedRecipient, erasedAt: now })
    .where(inArray(orderRecipients.orderId, own));
  const words = and(inArray(orderHistory.orderId, own), eq(orderHistory.actor, "CUSTOMER"));
  await tx.update(orderHistory).set({ reason: null }).where(words);
  const cancelled = and(eq(orders.customerId, userId), eq(orders.cancelFault, "CUSTOMER"));
  await tx.update(orders).set({ cancelReason: null }).where(cancelled);
  await tx.delete(pendingErasures).where(eq(pendingErasures.userId, userId));
}
