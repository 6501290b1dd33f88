/** Invariant 8, promotions: redeemed with their order within their limits, and given back exactly once when it came to nothing. */
import type { Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import { sum, terminal, type Say } from "./violation.ts";

const isStanding = (row: Row): boolean => row["state"] === "REDEEMED";

/** Each order's redemptions against its discount and its end. */
function checkOrders({ orders, redemptions }: Evidence, say: Say): void {
  for (const [id, order] of orders) {
    const rows = redemptions.get(id) ?? [];
    const given = sum(rows.map((row) => Number(row["discount_minor"])));
    if (given !== Number(order["discount_minor"]))
      say(id, `its promotions took off ${given}, its discount is ${order["discount_minor"]}`);
    const byRestaurant = sum(rows.map((row) => Number(row["restaurant_minor"])));
    if (byRestaurant !== Number(order["discount_by_restaurant_minor"]))
      say(id, `the restaurant bears ${byRestaurant}, the order says ${order["discount_by_restaurant_minor"]}`);
    const state = String(order["state"]);
    const cameToNothing = terminal.has(state) && state !== "COMPLETED";
    for (const row of rows) {
      if (cameToNothing && isStanding(row)) say(id, `it is ${state} and its promotion counts as used`);
      if (!cameToNothing && !isStanding(row)) say(id, `it is ${state} and its promotion was given back`);
    }
  }
}

/** Counters against rows, and rows against limits. */
function checkCounters({ redemptions, promotions, promotionUsers }: Evidence, say: Say): void {
  const standing = [...redemptions.values()].flat().filter(isStanding);
  const used = Map.groupBy(standing, (row) => String(row["promotion_id"]));
  const counted = Map.groupBy(promotionUsers, (row) => String(row["promotion_id"]));
  for (const { id, redeemed, limit_total: total, limit_per_user: perUser } of promotions) {
    const rows = used.get(String(id)) ?? [];
    if (Number(redeemed) !== rows.length)
      say(null, `promotion ${id} counts ${redeemed} redemptions, there are ${rows.length}`);
    if (total !== null && rows.length > Number(total))
      say(null, `promotion ${id} was used ${rows.length} times of ${total}`);
    const byUser = Map.groupBy(rows, (row) => String(row["user_id"]));
    for (const [user, own] of byUser)
      if (perUser !== null && own.length > Number(perUser))
        say(null, `${user} used promotion ${id} ${own.length} times of ${perUser}`);
    for (const { user_id: user, redeemed: told } of counted.get(String(id)) ?? [])
      if (Number(told) !== (byUser.get(String(user))?.length ?? 0))
        say(
          null,
          `${user} counts ${told} redemptions of promotion ${id}, there are ${byUser.get(String(user))?.length ?? 0}`,
        );
  }
}

/** Checks redemptions against their orders, their counters and their limits. */
export function checkPromotions(evidence: Evidence, say: Say): void {
  checkOrders(evidence, say);
  checkCounters(evidence, say);
}
