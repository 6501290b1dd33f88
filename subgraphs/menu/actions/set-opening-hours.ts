import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { changeRestaurant, replaceSpans } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import { invalid, notFound, type EditProblem } from "../domain/input-rules.ts";
import { isTimeZone, maxSpans, parseSpans, type SpanProblem, type WrittenSpan } from "../domain/opening-hours.ts";
import { publishAudit } from "../events/published.ts";
import { owners, ownRestaurant } from "./access.ts";

/** Replaces the weekly hours, and the zone when one is given, for one of the restaurant's owners. */
export async function setOpeningHours(
  db: Db,
  act: Act,
  change: { restaurantId: string; timeZone: string | null; spans: readonly WrittenSpan[] },
): Promise<Result<RestaurantRow, EditProblem>> {
  const { restaurantId, timeZone } = change;
  return db.transaction(async (tx) => {
    if (!(await ownRestaurant(tx, act, restaurantId, owners))) return err(notFound("restaurant"));
    if (timeZone !== null && !isTimeZone(timeZone)) return err(invalid("input.timeZone", "Not an IANA time zone."));
    const spans = parseSpans(change.spans);
    if (!spans.ok) return err(explain(spans.error));
    const row = await changeRestaurant(tx, restaurantId, { timeZone: timeZone ?? undefined });
    if (!row) return err(notFound("restaurant"));
    await replaceSpans(tx, restaurantId, spans.value);
    await publishAudit(tx, act, "menu.opening-hours.set", restaurantId);
    return ok(row);
  });
}

function explain({ tag, index }: SpanProblem): EditProblem {
  switch (tag) {
    case "BAD_WEEKDAY":
      return invalid(`input.spans.${index}.weekday`, "Give a day from 1 (Monday) to 7 (Sunday).");
    case "BAD_TIME":
      return invalid(`input.spans.${index}`, "Give times as HH:MM from 00:00 to 23:59.");
    case "OVERLAP":
      return invalid(`input.spans.${index}`, "The span overlaps another.");
    case "TOO_MANY":
      return invalid("input.spans", `Give at most ${maxSpans} spans.`);
  }
}
