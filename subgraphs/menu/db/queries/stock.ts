import { and, asc, eq, gte, inArray, isNull, lte, sql } from "drizzle-orm";
import { newId } from "../../../../kit/id.ts";
import type { Tx } from "../../../../kit/database/db.ts";
import { reachableFrom, type HeldLine, type ReservationState } from "../../domain/reservation.ts";
import { menuItems, stockReservationLines, stockReservations } from "../tables.ts";

type ReservationRow = typeof stockReservations.$inferSelect;

/** Opens the reservation of an order; null when it has one already, which a concurrent call may just have committed. */
export async function openReservation(
  tx: Tx,
  row: { orderId: string; restaurantId: string; expiresAt: Date; now: Date },
): Promise<ReservationRow | null> {
  const { now, ...values } = row;
  const [opened] = await tx
    .insert(stockReservations)
    .values({ ...values, id: newId("rsv"), state: "HELD", createdAt: now })
    .onConflictDoNothing({ target: stockReservations.orderId })
    .returning();
  return opened ?? null;
}

/** The reservation of an order, locked until the transaction ends. */
export async function lockReservation(tx: Tx, orderId: string): Promise<ReservationRow | null> {
  const [row] = await tx.select().from(stockReservations).where(eq(stockReservations.orderId, orderId)).for("update");
  return row ?? null;
}

/** Moves the end of a hold. */
export async function extendReservation(tx: Tx, id: string, expiresAt: Date): Promise<void> {
  await tx.update(stockReservations).set({ expiresAt }).where(eq(stockReservations.id, id));
}

/** Takes portions of an item with limited stock; false when fewer are left, or it was switched off meanwhile. */
export async function takeStock(tx: Tx, { itemId, quantity }: HeldLine): Promise<boolean> {
  const taken = await tx
    .update(menuItems)
    .set({ stock: sql`${menuItems.stock} - ${quantity}` })
    .where(
      and(
        eq(menuItems.id, itemId),
        eq(menuItems.available, true),
        isNull(menuItems.deletedAt),
        gte(menuItems.stock, quantity),
      ),
    )
    .returning({ id: menuItems.id });
  return taken.length === 1;
}

/** Records what a reservation holds. */
export async function insertReservationLines(
  tx: Tx,
  reservationId: string,
  lines: readonly (HeldLine & { counted: boolean })[],
): Promise<void> {
  await tx.insert(stockReservationLines).values(lines.map((line) => ({ reservationId, ...line })));
}

/**
 * Moves an order's reservation to `to` if a listed move leads there; RELEASED gives counted portions back.
 * Null when there is no reservation or no such move, so a second call changes nothing.
 * With `expiredBy` only a HELD reservation whose time was up by then moves.
 */
export async function settleReservation(
  tx: Tx,
  orderId: string,
  to: Exclude<ReservationState, "HELD">,
  now: Date,
  expiredBy?: Date,
): Promise<ReservationRow | null> {
  const [moved] = await tx
    .update(stockReservations)
    .set({ state: to, settledAt: now })
    .where(
      and(
        eq(stockReservations.orderId, orderId),
        inArray(stockReservations.state, expiredBy ? ["HELD"] : reachableFrom(to)),
        ...(expiredBy ? [lte(stockReservations.expiresAt, expiredBy)] : []),
      ),
    )
    .returning();
  if (moved && to === "RELEASED") await giveBack(tx, moved.id);
  return moved ?? null;
}

async function giveBack(tx: Tx, reservationId: string): Promise<void> {
  const lines = await tx
    .select()
    .from(stockReservationLines)
    .where(and(eq(stockReservationLines.reservationId, reservationId), eq(stockReservationLines.counted, true)))
    .orderBy(asc(stockReservationLines.itemId));
  for (const { itemId, quantity } of lines) {
    // An item made unlimited meanwhile stays so: null + n is null.
    await tx
      .update(menuItems)
      .set({ stock: sql`${menuItems.stock} + ${quantity}` })
      .where(eq(menuItems.id, itemId));
  }
}
