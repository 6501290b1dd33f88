/** Promotions as the graph shows them: to everybody what applies by itself, to their people all of it. */
import { userIdOf, isSupport } from "../../../kit/access/caller.ts";
import type { PromotionRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { isRunning, type AppliedPromotion } from "../domain/promotions.ts";
import type { PromotionResolvers } from "../generated/resolvers.ts";
import { money } from "./amounts.ts";
import { ownedRestaurants, promotionById } from "./loaders.ts";
import { reference } from "./references.ts";

/** Whether the caller may see counts and codes of this restaurant's promotions; of the platform's own when null. */
export async function seesAllOf(context: Context, restaurantId: string | null): Promise<boolean> {
  if (isSupport(context)) return true;
  const userId = userIdOf(context);
  if (userId === null || restaurantId === null) return false;
  return (await ownedRestaurants(context).load(userId))?.has(restaurantId) ?? false;
}

const fundingOf = ({ restaurantShareBps: share }: PromotionRow) =>
  share === 0 ? ("PLATFORM" as const) : share === 10_000 ? ("RESTAURANT" as const) : ("SHARED" as const);

/** A promotion; `all` shows what only its owners and support may see. */
export function promotionOf(row: PromotionRow, all: boolean) {
  const amount = (minor: number | null) => (minor === null ? null : money(minor, row.currency));
  const { id, name, kind, percentBps, firstOrderOnly, startsAt, endsAt, endedAt, timeZone, limitPerUser, active } = row;
  const shown = {
    id,
    name,
    kind,
    percentBps,
    firstOrderOnly,
    startsAt,
    endsAt,
    endedAt,
    timeZone,
    limitPerUser,
    active,
  };
  return {
    ...shown,
    restaurant: row.restaurantId === null ? null : reference(row.restaurantId),
    amount: amount(row.amountMinor),
    cap: amount(row.capMinor),
    minimumBasket: money(row.minimumBasketMinor, row.currency),
    items: row.itemIds?.map(reference) ?? null,
    menuItems: row.itemIds?.map(reference) ?? null,
    code: all ? row.code : null,
    funding: all ? fundingOf(row) : null,
    restaurantShareBps: all ? row.restaurantShareBps : null,
    limitTotal: all ? row.limitTotal : null,
    redeemed: all ? row.redeemed : null,
  };
}

/** A promotion as somebody may see it. */
export type ShownPromotion = ReturnType<typeof promotionOf>;

/** The promotion, if the caller may see it; else null. A code's is its people's alone. */
export async function visiblePromotion(context: Context, id: string) {
  const row = await promotionById(context).load(id);
  if (row === null) return null;
  const all = await seesAllOf(context, row.restaurantId);
  const shown = row.code === null && isRunning(row, context.clock.now());
  return all || shown ? promotionOf(row, all) : null;
}

/** A promotion applied to a quote or an order. */
export const appliedOf = (
  { name, kind, code, discountMinor }: Pick<AppliedPromotion, "name" | "kind" | "code" | "discountMinor">,
  currency: string,
) => ({ name, kind, code, discount: money(discountMinor, currency) });

/** A promotion that another subgraph refers to. */
export const promotion: PromotionResolvers = { __resolveReference: ({ id }, context) => visiblePromotion(context, id) };
