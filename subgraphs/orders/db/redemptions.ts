/** Redeeming a promotion and giving it back: counters move by conditional updates, together with the order. */
import { and, asc, eq, isNull, lt, or, sql } from "drizzle-orm";
import { type Executor } from "../../../kit/database/db.ts";
import { rowsBy } from "../../../kit/database/rows-by.ts";
import type { AppliedPromotion, PromotionProblem } from "../domain/promotions.ts";
import { hasOrdered } from "./promotions.ts";
import { promotionRedemptions, promotions, promotionUsers, type RedemptionRow } from "./tables.ts";

/** Whose order, and when. */
export type Redeeming = { orderId: string; userId: string; now: Date };

/** A promotion that cannot be had any more, and why. */
export type LostPromotion = { promotionId: string; problem: PromotionProblem };

/** Everybody takes rows in this order, so that no two wait for each other. */
const inOrder = <T extends { promotionId: string }>(applied: readonly T[]): T[] =>
  applied.toSorted((a, b) => (a.promotionId < b.promotionId ? -1 : 1));

/**
 * Redeems all of an order's promotions, or says which one cannot be had: the caller then has to roll back.
 * The quote binds, so that only limits and the customer's other orders count here, not window or terms.
 */
export async function redeem(
  tx: Executor,
  applied: readonly AppliedPromotion[],
  who: Redeeming,
): Promise<LostPromotion | null> {
  for (const one of inOrder(applied)) {
    const problem = await redeemOne(tx, one, who);
    if (problem !== null) return { promotionId: one.promotionId, problem };
  }
  return null;
}

async function redeemOne(tx: Executor, one: AppliedPromotion, who: Redeeming): Promise<PromotionProblem | null> {
  const { promotionId } = one;
  const [taken] = await tx
    .update(promotions)
    .set({ redeemed: sql`${promotions.redeemed} + 1`, everRedeemed: true })
    .where(
      and(
        eq(promotions.id, promotionId),
        or(isNull(promotions.limitTotal), lt(promotions.redeemed, promotions.limitTotal)),
      ),
    )
    .returning({ limitPerUser: promotions.limitPerUser, firstOrderOnly: promotions.firstOrderOnly });
  if (taken === undefined) return "USED_UP";
  if (!(await countUser(tx, promotionId, who.userId, taken.limitPerUser))) return "ALREADY_USED";
  if (taken.firstOrderOnly && (await hasOrdered(tx, who.userId, who.orderId))) return "NOT_FIRST_ORDER";
  const written = await tx
    .insert(promotionRedemptions)
    .values({
      ...one,
      orderId: who.orderId,
      userId: who.userId,
      firstOrder: taken.firstOrderOnly,
      state: "REDEEMED",
      redeemedAt: who.now,
    })
    .onConflictDoNothing()
    .returning({ orderId: promotionRedemptions.orderId });
  // The index of first orders refused it: another first order was placed in the same moment.
  return written.length === 0 ? "NOT_FIRST_ORDER" : null;
}

async function countUser(tx: Executor, promotionId: string, userId: string, allowed: number | null): Promise<boolean> {
  const counted = await tx
    .insert(promotionUsers)
    .values({ promotionId, userId, redeemed: 1, allowed })
    .onConflictDoUpdate({
      target: [promotionUsers.promotionId, promotionUsers.userId],
      set: { redeemed: sql`${promotionUsers.redeemed} + 1`, allowed },
      ...(allowed !== null && { setWhere: lt(promotionUsers.redeemed, allowed) }),
    })
    .returning({ redeemed: promotionUsers.redeemed });
  return counted.length > 0;
}

/** Gives an order's promotions back; a second call finds nothing to give. */
export async function restorePromotions(tx: Executor, orderId: string, now: Date): Promise<void> {
  const restored = await tx
    .update(promotionRedemptions)
    .set({ state: "RESTORED", restoredAt: now })
    .where(and(eq(promotionRedemptions.orderId, orderId), eq(promotionRedemptions.state, "REDEEMED")))
    .returning({ promotionId: promotionRedemptions.promotionId, userId: promotionRedemptions.userId });
  for (const { promotionId, userId } of inOrder(restored)) {
    await tx
      .update(promotions)
      .set({ redeemed: sql`${promotions.redeemed} - 1` })
      .where(eq(promotions.id, promotionId));
    await tx
      .update(promotionUsers)
      .set({ redeemed: sql`${promotionUsers.redeemed} - 1` })
      .where(and(eq(promotionUsers.promotionId, promotionId), eq(promotionUsers.userId, userId)));
  }
}

const readRedemptionsByOrder = rowsBy(promotionRedemptions, promotionRedemptions.orderId, {
  orderBy: [asc(promotionRedemptions.slot)],
});

/** What promotions took off these orders, restored or not, item promotions first. */
export async function redemptionsByOrder(
  db: Executor,
  orderIds: readonly string[],
): Promise<Map<string, RedemptionRow[]>> {
  const rows = await readRedemptionsByOrder(db, orderIds);
  return Map.groupBy(rows, (row) => row.orderId);
}
