import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { changeRestaurant } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import { notFound, type EditProblem } from "../domain/input-rules.ts";
import { publishAudit, publishRestaurant } from "../events/published.ts";
import { owners, ownRestaurant } from "./access.ts";
import { checkRestaurant, type RestaurantDraft } from "./create-restaurant.ts";

/** Changes the given fields of a restaurant for one of its owners; tells the others when it moved. */
export async function updateRestaurant(
  db: Db,
  act: Act,
  restaurantId: string,
  draft: RestaurantDraft,
): Promise<Result<RestaurantRow, EditProblem>> {
  return db.transaction(async (tx) => {
    if (!(await ownRestaurant(tx, act, restaurantId, owners))) return err(notFound("restaurant"));
    const problem = checkRestaurant(draft);
    if (problem) return err(problem);
    const row = await changeRestaurant(tx, restaurantId, {
      name: draft.name?.trim(),
      description: draft.description?.trim(),
      cuisines: draft.cuisines?.map((cuisine) => cuisine.trim()),
      latitude: draft.location?.latitude,
      longitude: draft.location?.longitude,
      priceLevel: draft.priceLevel ?? undefined,
      prepSeconds: draft.prepSeconds ?? undefined,
      minimumOrderMinor: draft.minimumOrderMinor ?? undefined,
    });
    if (!row) return err(notFound("restaurant"));
    if (draft.location) await publishRestaurant(tx, row, act);
    await publishAudit(tx, act, "menu.restaurant.updated", row.id);
    return ok(row);
  });
}
