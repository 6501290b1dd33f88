/** Promotions as rows: which may apply, pages for their owners, and every change of one. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { and, desc, eq, gt, inArray, isNull, lt, lte, notInArray, or, sql, type SQL } from "drizzle-orm";
import { uuids, type Executor } from "../../../kit/database/db.ts";
import { rowsBy } from "../../../kit/database/rows-by.ts";
import { unfulfilledStates } from "../domain/order-states.ts";
import type { PromotionUser } from "../domain/promotions.ts";
import { orders, promotionCodeTries, promotions, promotionUsers, type PromotionRow } from "./tables.ts";

const isRunning = (now: Date): SQL[] => [
  eq(promotions.active, true),
  isNull(promotions.endedAt),
  lte(promotions.startsAt, now),
  or(isNull(promotions.endsAt), gt(promotions.endsAt, now))!,
];

const isLeft = or(isNull(promotions.limitTotal), lt(promotions.redeemed, promotions.limitTotal))!;

/** Most automatic promotions that are weighed for one basket. */
const maxAutomatic = 100;

/** What applies by itself at the restaurant now, used-up ones left out; the newest, at most 100. */
export const automaticPromotions = (db: Executor, restaurantId: string, now: Date): Promise<PromotionRow[]> =>
  db
    .select()
    .from(promotions)
    .where(
      and(
        isNull(promotions.code),
        or(isNull(promotions.restaurantId), eq(promotions.restaurantId, restaurantId)),
        ...isRunning(now),
        isLeft,
      ),
    )
    .orderBy(desc(promotions.createdAt))
    .limit(maxAutomatic);

/** The automatic promotions of these restaurants alone that run now, newest first. */
export async function shownPromotions(db: Executor, restaurantIds: readonly string[], now: Date) {
  const rows = await db
    .select()
    .from(promotions)
    .where(
      and(
        sql`${promotions.restaurantId} = any(${uuids(restaurantIds)})`,
        isNull(promotions.code),
        ...isRunning(now),
        isLeft,
      ),
    )
    .orderBy(desc(promotions.createdAt));
  return Map.groupBy(rows, (row) => row.restaurantId ?? "");
}

/** The promotion behind a normalised code; null when there is none. */
export async function promotionByCode(db: Executor, code: string): Promise<PromotionRow | null> {
  const [row] = await db.select().from(promotions).where(eq(promotions.code, code));
  return row ?? null;
}

const readPromotionsByIds = rowsBy(promotions, promotions.id);

/** Promotions by id; unknown ids are absent. */
export async function promotionsByIds(db: Executor, ids: readonly string[]): Promise<Map<string, PromotionRow>> {
  const rows = await readPromotionsByIds(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

/** A promotion, its row locked until the transaction ends; null when unknown. */
export async function lockPromotion(tx: Executor, id: string): Promise<PromotionRow | null> {
  const [row] = await tx.select().from(promotions).where(eq(promotions.id, id)).for("update");
  return row ?? null;
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [promotions.createdAt, promotions.id],
  order: "falling",
  valuesOf: instantAndId,
};

/** A page of promotions, newest first. */
export const promotionsPage = (
  db: Executor,
  filter: { restaurantId?: string },
  slice: Slice<InstantPosition>,
): Promise<PromotionRow[]> => {
  const { where, orderBy } = keyset(newestFirst, slice);
  const there = filter.restaurantId === undefined ? undefined : eq(promotions.restaurantId, filter.restaurantId);
  return db
    .select()
    .from(promotions)
    .where(and(there, where))
    .orderBy(...orderBy)
    .limit(slice.limit);
};

/** Whether the person has an order, other than `except`, that did not come to nothing. */
export async function hasOrdered(db: Executor, userId: string, except?: string): Promise<boolean> {
  const [row] = await db
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        eq(orders.customerId, userId),
        notInArray(orders.state, [...unfulfilledStates]),
        except === undefined ? undefined : sql`${orders.id} <> (${uuids([except])})[1]`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** What these promotions need to know of a person; nothing is asked when there are none. */
export async function promotionUser(db: Executor, userId: string, ids: readonly string[]): Promise<PromotionUser> {
  if (ids.length === 0) return { redeemed: new Map(), hasOrdered: false };
  const [counts, ordered] = await Promise.all([
    db
      .select()
      .from(promotionUsers)
      .where(and(eq(promotionUsers.userId, userId), inArray(promotionUsers.promotionId, [...ids]))),
    hasOrdered(db, userId),
  ]);
  return { redeemed: new Map(counts.map((row) => [row.promotionId, row.redeemed])), hasOrdered: ordered };
}

/** Stores a new promotion; null when its code is taken. */
export async function insertPromotion(tx: Executor, row: typeof promotions.$inferInsert): Promise<PromotionRow | null> {
  const [stored] = await tx.insert(promotions).values(row).onConflictDoNothing({ target: promotions.code }).returning();
  return stored ?? null;
}

/** Changes a promotion whose row is locked. */
export async function patchPromotion(
  tx: Executor,
  id: string,
  patch: Partial<Omit<PromotionRow, "id" | "code" | "restaurantId" | "redeemed" | "everRedeemed">>,
): Promise<PromotionRow> {
  const [row] = await tx.update(promotions).set(patch).where(eq(promotions.id, id)).returning();
  if (row === undefined) throw new Error("the promotion is gone");
  return row;
}

/** Takes one of the person's tries of a code; false when they had `most` since `from`. */
export async function takeCodeTry(
  db: Executor,
  userId: string,
  limit: { most: number; from: Date; now: Date },
): Promise<boolean> {
  const over = lt(promotionCodeTries.since, limit.from);
  const taken = await db
    .insert(promotionCodeTries)
    .values({ userId, tries: 1, since: limit.now })
    .onConflictDoUpdate({
      target: promotionCodeTries.userId,
      set: {
        tries: sql`case when ${over} then 1 else ${promotionCodeTries.tries} + 1 end`,
        since: sql`case when ${over} then excluded.since else ${promotionCodeTries.since} end`,
      },
      setWhere: or(over, lt(promotionCodeTries.tries, limit.most))!,
    })
    .returning({ tries: promotionCodeTries.tries });
  return taken.length > 0;
}

/** Gives a try back: the code was good. */
export async function returnCodeTry(db: Executor, userId: string): Promise<void> {
  await db
    .update(promotionCodeTries)
    .set({ tries: sql`greatest(${promotionCodeTries.tries} - 1, 0)` })
    .where(eq(promotionCodeTries.userId, userId));
}
