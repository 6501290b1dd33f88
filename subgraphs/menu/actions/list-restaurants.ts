import type { Slice } from "../../../kit/graphql/connection.ts";
import type { Executor } from "../../../kit/database/db.ts";
import { spansByRestaurant, restaurantsById } from "../db/queries/restaurants.ts";
import { searchRestaurants, type SearchCriteria, type SearchHit, type SearchPosition } from "../db/queries/search.ts";
import { isOpenAt } from "../domain/opening-hours.ts";

/** Most restaurants read at once. */
const maxBatch = 2_000;

/**
 * A page of active restaurants in search order; with `openAt` only those open then.
 * Opening hours are judged by the domain's one rule, in batches that grow, until the page is full or nothing is left.
 */
export async function listRestaurants(
  db: Executor,
  criteria: SearchCriteria,
  slice: Slice<SearchPosition>,
  openAt: Date | null,
): Promise<SearchHit[]> {
  const { limit, isBackward } = slice;
  if (openAt === null) return searchRestaurants(db, criteria, slice);
  const open: SearchHit[] = [];
  let rest = slice;
  for (let size = Math.max(limit * 2, 50); open.length < limit; size = Math.min(size * 2, maxBatch)) {
    const hits = await searchRestaurants(db, criteria, { ...rest, limit: size });
    open.push(...(await openOnes(db, hits, openAt)));
    const last = hits.at(-1);
    if (!last || hits.length < size) break;
    rest = isBackward ? { ...rest, before: last } : { ...rest, after: last };
  }
  return open.slice(0, limit);
}

async function openOnes(db: Executor, hits: readonly SearchHit[], at: Date): Promise<SearchHit[]> {
  const ids = hits.map((hit) => hit.id);
  const [rows, spans] = await Promise.all([restaurantsById(db, ids), spansByRestaurant(db, ids)]);
  return hits.filter((hit) => isOpenAt(spans.get(hit.id) ?? [], rows.get(hit.id)?.timeZone ?? "UTC", at));
}
