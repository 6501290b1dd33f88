import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { insertFavourite, maxFavourites } from "../db/queries/people.ts";
import { restaurantsById } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import { invalid, notFound, type EditProblem } from "../domain/input-rules.ts";

/** Keeps a restaurant among the person's favourites; a second time changes nothing. */
export async function addFavourite(
  db: Db,
  act: Act,
  restaurantId: string,
): Promise<Result<RestaurantRow, EditProblem>> {
  return db.transaction(async (tx) => {
    const restaurant = (await restaurantsById(tx, [restaurantId])).get(restaurantId);
    if (!restaurant) return err(notFound("restaurant"));
    const kept = await insertFavourite(tx, { userId: act.userId, restaurantId, createdAt: act.now });
    if (!kept) return err(invalid("input.restaurantId", `You keep ${maxFavourites} favourites already.`));
    return ok(restaurant);
  });
}
