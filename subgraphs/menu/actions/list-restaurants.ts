import type { Executor } from "../../../kit/db.ts";
import { spansByRestaurant, restaurantsById } from "../db/queries/restaurants.ts";
import { searchRestaurants, type SearchCriteria, type SearchHit, type SearchPosition } from "../db/queries/search.ts";
import { isOpenAt } from "../domain/opening-hours.ts";

/** Most batches read for one page: a bound on the work when nearly everything is closed. */
const maxBatches = 20;

/**
 * A page of active restaurants in search order, up to `limit`; with `openAt` only those open then.
 * Opening hours are judged by the domain's one rule, batch by batch, until the page is full.
 */
export async function listRestaurants(
  db: Executor,
  criteria: SearchCriteria,
  page: { after: SearchPosition | null; limit: number; openAt: Date | null },
): Promise<SearchHit[]> {
  const { limit, openAt } = page;
  if (openAt === null) return searchRestaurants(db, criteria, page.after, limit);
  const size = Math.max(limit * 2, 50);
  const open: SearchHit[] = [];
  let after = page.after;
  for (let batch = 0; batch < maxBatches && open.length < limit; batch++) {
    const hits = await searchRestaurants(db, criteria, after, size);
    open.push(...(await openOnes(db, hits, openAt)));
    const last = hits.at(-1);
    if (!last || hits.length < size) break;
    after = last;
  }
  return open.slice(0, limit);
}

async function openOnes(db: Executor, hits: readonly SearchHit[], at: Date): Promise<SearchHit[]> {
  const ids = hits.map((hit) => hit.id);
  const [rows, spans] = await Promise.all([restaurantsById(db, ids), spansByRestaurant(db, ids)]);
  return hits.filter((hit) => isOpenAt(spans.get(hit.id) ?? [], rows.get(hit.id)?.timeZone ?? "UTC", at));
}
