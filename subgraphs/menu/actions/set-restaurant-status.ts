import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { changeRestaurant, lockRestaurant } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import { checkText, notFound, type EditProblem } from "../domain/input-rules.ts";
import { statusMoves, type RestaurantStatus } from "../domain/restaurant-status.ts";
import { publishAudit, publishRestaurant } from "../events/published.ts";
import { owners, ownRestaurant } from "./access.ts";

/** Why a status stays: an edit's problem, or the restaurant has left for good. */
export type StatusProblem = EditProblem | { readonly tag: "PERMANENTLY_CLOSED" };

const actions: Readonly<Record<RestaurantStatus, string>> = {
  ACTIVE: "menu.restaurant.reinstated",
  SUSPENDED: "menu.restaurant.suspended",
  PERMANENTLY_CLOSED: "menu.restaurant.closed-permanently",
};

/**
 * Suspends, reinstates or closes a restaurant for good. `byAdmin` false asks for one of its owners. A restaurant already in
 * that status changes nothing, and leaves no trace.
 */
export async function setRestaurantStatus(
  db: Db,
  act: Act,
  change: { restaurantId: string; status: RestaurantStatus; reason?: string; byAdmin: boolean },
): Promise<Result<RestaurantRow, StatusProblem>> {
  const { restaurantId, status, reason, byAdmin } = change;
  return db.transaction(async (tx) => {
    if (!byAdmin && !(await ownRestaurant(tx, act, restaurantId, owners))) return err(notFound("restaurant"));
    const problem = checkText("input.reason", reason, 3, 500);
    if (problem) return err(problem);
    const before = await lockRestaurant(tx, restaurantId);
    if (!before) return err(notFound("restaurant"));
    if (before.status === status) return ok(before);
    if (!statusMoves[before.status].includes(status)) return err({ tag: "PERMANENTLY_CLOSED" });
    const row = await changeRestaurant(tx, restaurantId, { status });
    if (!row) return err(notFound("restaurant"));
    await publishRestaurant(tx, row, act);
    await publishAudit(tx, act, actions[status], row.id, reason === undefined ? undefined : { reason });
    return ok(row);
  });
}
