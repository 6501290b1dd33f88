import type { Db } from "../../../kit/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { changeRestaurant, restaurantsById } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import type { Act } from "../deps.ts";
import { checkText, notFound, type EditProblem } from "../domain/input-rules.ts";
import { publishAudit, publishRestaurant } from "../events/published.ts";

/** Suspends or reinstates a restaurant for an admin. A restaurant already in that state changes nothing, and leaves no trace. */
export async function setRestaurantStatus(
  db: Db,
  act: Act,
  change: { restaurantId: string; status: RestaurantRow["status"]; reason?: string },
): Promise<Result<RestaurantRow, EditProblem>> {
  const { restaurantId, status, reason } = change;
  const problem = checkText("input.reason", reason, 3, 500);
  if (problem) return err(problem);
  return db.transaction(async (tx) => {
    const before = (await restaurantsById(tx, [restaurantId])).get(restaurantId);
    if (!before) return err(notFound("restaurant"));
    if (before.status === status) return ok(before);
    const row = await changeRestaurant(tx, restaurantId, { status });
    if (!row) return err(notFound("restaurant"));
    await publishRestaurant(tx, row, act);
    const action = status === "SUSPENDED" ? "menu.restaurant.suspended" : "menu.restaurant.reinstated";
    await publishAudit(tx, act, action, row.id, reason === undefined ? undefined : { reason });
    return ok(row);
  });
}
