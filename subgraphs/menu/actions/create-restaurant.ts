import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { isTraded } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { insertRestaurant } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import {
  checkCuisines,
  checkInteger,
  checkPoint,
  checkPrice,
  checkText,
  firstProblem,
  invalid,
  type EditProblem,
  type FieldCheck,
} from "../domain/input-rules.ts";
import { countryOf, isCountry } from "../domain/countries.ts";
import type { Point } from "../domain/geo.ts";
import { isTimeZone } from "../domain/opening-hours.ts";
import { publishAudit, publishRestaurant } from "../events/published.ts";

/** What an owner or admin may write of a restaurant; left out or null is not checked. */
export type RestaurantDraft = {
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly cuisines?: readonly string[] | null | undefined;
  readonly location?: Point | null | undefined;
  readonly priceLevel?: number | null | undefined;
  readonly prepSeconds?: number | null | undefined;
  readonly minimumOrderMinor?: number | null | undefined;
};

/** Checks the given fields of a restaurant. */
export const checkRestaurant = (draft: RestaurantDraft): FieldCheck =>
  firstProblem([
    checkText("input.name", draft.name, 1, 120),
    checkText("input.description", draft.description, 0, 2000),
    checkCuisines("input.cuisines", draft.cuisines),
    checkPoint("input.location", draft.location),
    checkInteger("input.priceLevel", draft.priceLevel, 1, 4),
    checkInteger("input.prepSeconds", draft.prepSeconds, 60, 14_400),
    checkPrice("input.minimumOrderMinor", draft.minimumOrderMinor),
  ]);

/** A restaurant to add. */
export type NewRestaurant = {
  readonly name: string;
  readonly description: string;
  readonly cuisines: readonly string[];
  readonly currency: string;
  readonly taxInclusive: boolean;
  readonly location: Point;
  readonly timeZone: string;
  /** ISO 3166-1; the country of the time zone when left out. */
  readonly country: string | null;
  readonly priceLevel: number;
  readonly prepSeconds: number;
  readonly minimumOrderMinor: number;
};

const checkCurrency = (currency: string): FieldCheck =>
  isTraded(currency) ? null : invalid("input.currency", "Not the code of a currency that the platform trades in.");

const checkCountry = (country: string | null): FieldCheck =>
  country === null || isCountry(country) ? null : invalid("input.country", "Not the ISO 3166-1 code of a country.");

/** Adds an active restaurant without hours or menu, tells the others, and records who did it. */
export async function createRestaurant(
  db: Db,
  act: Act,
  draft: NewRestaurant,
): Promise<Result<RestaurantRow, EditProblem>> {
  const zone = isTimeZone(draft.timeZone) ? null : invalid("input.timeZone", "Not an IANA time zone.");
  const problem = checkRestaurant(draft) ?? checkCurrency(draft.currency) ?? zone ?? checkCountry(draft.country);
  if (problem) return err(problem);
  const { location, ...rest } = draft;
  return db.transaction(async (tx) => {
    const row = await insertRestaurant(tx, {
      ...rest,
      id: newId("rst"),
      name: draft.name.trim(),
      description: draft.description.trim(),
      cuisines: draft.cuisines.map((cuisine) => cuisine.trim()),
      status: "ACTIVE",
      country: draft.country ?? countryOf(draft.timeZone),
      latitude: location.latitude,
      longitude: location.longitude,
      createdAt: act.now,
    });
    await publishRestaurant(tx, row, act);
    await publishAudit(tx, act, "menu.restaurant.created", row.id);
    return ok(row);
  });
}
