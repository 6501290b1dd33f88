import type { Db, Tx } from "../../../kit/database/db.ts";
import { cancelTimer, schedule } from "../../../kit/events/timers.ts";
import { itemsById } from "../db/queries/items.ts";
import { restaurantsById } from "../db/queries/restaurants.ts";
import {
  extendReservation,
  insertReservationLines,
  lockReservation,
  openReservation,
  settleReservation,
  takeStock,
} from "../db/queries/stock.ts";
import { isQuantity } from "../domain/pricing.ts";
import { mergeLines, type HeldLine, type ReservationState } from "../domain/reservation.ts";
import { sellsAt } from "./price-items.ts";

/** Name of the timer that ends a hold. */
export const releaseTimer = "release-reservation";

/** Why stock cannot be held; `itemId` is null when it concerns the whole order. */
export type ReserveIssue = {
  readonly itemId: string | null;
  readonly problem:
    | "UNKNOWN_ITEM"
    | "UNAVAILABLE"
    | "OUT_OF_STOCK"
    | "BAD_QUANTITY"
    | "RESTAURANT_CLOSED"
    | "RESERVATION_RELEASED";
};

/** What to hold for an order. */
export type ReserveRequest = {
  readonly orderId: string;
  readonly restaurantId: string;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly lines: readonly HeldLine[];
};

/** Rolls the transaction back, and carries the reasons out of it. */
class NothingHeld extends Error {
  readonly issues: ReserveIssue[];
  constructor(issues: ReserveIssue[]) {
    super("nothing held");
    this.issues = issues;
  }
}

/**
 * Holds stock for an order: every line or none. The first call per order decides; a later one moves the hold's end
 * forward at most, and is refused once the stock went back. Returns the reasons for a refusal, none when held.
 */
export async function reserveStock(
  db: Db,
  request: ReserveRequest,
  moment: { now: Date; traceId: string },
): Promise<ReserveIssue[]> {
  const odd = request.lines.filter((line) => !isQuantity(line.quantity));
  if (odd.length > 0) return odd.map(({ itemId }) => ({ itemId, problem: "BAD_QUANTITY" }));
  try {
    return await db.transaction((tx) => hold(tx, request, moment));
  } catch (error) {
    if (error instanceof NothingHeld) return error.issues;
    throw error;
  }
}

async function hold(tx: Tx, request: ReserveRequest, moment: { now: Date; traceId: string }): Promise<ReserveIssue[]> {
  const { orderId, restaurantId, expiresAt } = request;
  const timer = { name: releaseTimer, key: orderId, dueAt: expiresAt, traceId: moment.traceId };
  const reservation = await openReservation(tx, { orderId, restaurantId, expiresAt, now: moment.now });
  if (!reservation) {
    const standing = await lockReservation(tx, orderId);
    if (!standing || standing.state === "RELEASED") return [{ itemId: null, problem: "RESERVATION_RELEASED" }];
    if (standing.state === "HELD" && standing.expiresAt < expiresAt) {
      await extendReservation(tx, standing.id, expiresAt);
      await schedule(tx, timer);
    }
    return [];
  }
  const restaurant = (await restaurantsById(tx, [restaurantId])).get(restaurantId);
  if (!restaurant || !(await sellsAt(tx, restaurant, request.at))) {
    throw new NothingHeld([{ itemId: null, problem: "RESTAURANT_CLOSED" }]);
  }
  const lines = await takeLines(tx, restaurantId, mergeLines(request.lines));
  await insertReservationLines(tx, reservation.id, lines);
  await schedule(tx, timer);
  return [];
}

async function takeLines(tx: Tx, restaurantId: string, lines: readonly HeldLine[]) {
  const ids = lines.map((line) => line.itemId);
  const items = await itemsById(tx, ids);
  const issues: ReserveIssue[] = [];
  const taken: (HeldLine & { counted: boolean })[] = [];
  for (const line of lines) {
    const item = items.get(line.itemId);
    if (!item || item.restaurantId !== restaurantId || item.deletedAt) {
      issues.push({ itemId: line.itemId, problem: "UNKNOWN_ITEM" });
    } else if (!item.available) {
      issues.push({ itemId: line.itemId, problem: "UNAVAILABLE" });
    } else if (item.stock !== null && !(await takeStock(tx, line))) {
      issues.push({ itemId: line.itemId, problem: "OUT_OF_STOCK" });
    } else {
      taken.push({ ...line, counted: item.stock !== null });
    }
  }
  if (issues.length > 0) throw new NothingHeld(issues);
  return taken;
}

/** Commits or releases an order's reservation inside the caller's transaction, and ends its timer. No effect the second time. */
export async function settleOrderStock(
  tx: Tx,
  orderId: string,
  to: Exclude<ReservationState, "HELD">,
  now: Date,
): Promise<void> {
  await settleReservation(tx, orderId, to, now);
  await cancelTimer(tx, { name: releaseTimer, key: orderId });
}

/** Gives back a hold whose time is up; a committed, released or prolonged one stays as it is. */
export async function releaseExpired(db: Db, orderId: string, now: Date): Promise<void> {
  await db.transaction((tx) => settleReservation(tx, orderId, "RELEASED", now, now));
}
