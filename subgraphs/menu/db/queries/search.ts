import { sql, type SQL } from "drizzle-orm";
import type { Slice } from "../../../../kit/graphql/connection.ts";
import type { Executor } from "../../../../kit/database/db.ts";
import { fromUuid, toUuid } from "../../../../kit/id.ts";
import { boundingBox, earthRadiusMeters, type Point } from "../../domain/geo.ts";

/** What active restaurants are looked for by. */
export type SearchCriteria = {
  /** With a radius: only restaurants inside it. */
  readonly near: { readonly point: Point; readonly radiusMeters: number } | null;
  /** Part of a restaurant's name, a cuisine or a dish. */
  readonly search: string | null;
  readonly priceLevels: readonly number[] | null;
  readonly minRating: number | null;
  readonly cuisines: readonly string[] | null;
};

/** A place in the order of the results: ascending key, then id. */
export type SearchPosition = { readonly key: number; readonly id: string };

/** A restaurant found; `distanceMeters` is null without a point. */
export type SearchHit = SearchPosition & { readonly distanceMeters: number | null };

/** How many kilometres a perfect fit outweighs a poor one by. */
const fitKilometres = 10;

/** Share of a word's trigrams that must agree: low enough for two letters swapped. */
const wordSimilarity = "0.45";

/** Share of the best fit's score that the others must reach: where the words are found, what only resembles half of them is noise. */
const leastShare = 0.7;

/** Active restaurants in their order: by distance, fit or rating, as the criteria allow. */
export async function searchRestaurants(
  db: Executor,
  criteria: SearchCriteria,
  slice: Slice<SearchPosition>,
): Promise<SearchHit[]> {
  if (!criteria.search) return find(db, criteria, slice);
  return db.transaction(async (tx) => {
    // The operator that the index serves takes its threshold from a setting alone.
    await tx.execute(sql`select set_config('pg_trgm.word_similarity_threshold', ${wordSimilarity}, true)`);
    return find(tx, criteria, slice);
  });
}

/** Where a restaurant stands in the order of the results. */
const values = (position: SearchPosition): SQL => sql`(${position.key}::float8, ${toUuid(position.id)}::uuid)`;

async function find(
  db: Executor,
  criteria: SearchCriteria,
  { after, before, isBackward, limit }: Slice<SearchPosition>,
): Promise<SearchHit[]> {
  const distance = criteria.near ? distanceSql(criteria.near.point) : sql`null::float8`;
  const rows = await db.execute<{ id: string; key: number; distance: number | null }>(sql`
    with hits as (${hitsSql(criteria.search)}),
    candidates as (
      select r.id, ${distance} as distance, hits.score, max(hits.score) over () as best,
        -- a rating of few reviews leans to the middle
        (r.rating_sum + 35.0) / (r.rating_count + 10.0) as standing
      from restaurants r left join hits on hits.id = r.id
      where r.status = 'ACTIVE' and ${sql.join(conditions(criteria), sql` and `)}
    ),
    ranked as (
      select id, distance, (${keys[orderOf(criteria)]})::float8 as key from candidates
      where ${criteria.search ? sql`score >= ${leastShare}::float8 * best` : sql`true`}
    )
    select id, key, distance from ranked
    where ${criteria.near ? sql`distance <= ${criteria.near.radiusMeters}::float8` : sql`true`}
      and ${after ? sql`(key, id) > ${values(after)}` : sql`true`}
      and ${before ? sql`(key, id) < ${values(before)}` : sql`true`}
    order by ${isBackward ? sql`key desc, id desc` : sql`key, id`} limit ${limit}`);
  return rows.map((row) => ({ id: fromUuid("rst", row.id), key: row.key, distanceMeters: row.distance }));
}

/** What the criteria order the results by. */
export function orderOf({ near, search }: SearchCriteria): keyof typeof keys {
  if (near) return search ? "fit and distance" : "distance";
  return search ? "fit" : "rating";
}

/** The key of each order. */
const keys = {
  "fit and distance": sql`distance / 1000 - ${fitKilometres} * score`,
  distance: sql`distance`,
  fit: sql`-10 * score - standing / 10`,
  rating: sql`-standing`,
} as const;

function hitsSql(search: string | null): SQL {
  if (!search) return sql`select null::uuid as id, null::float8 as score where false`;
  // Every word counts and nothing is an operator: "-nasi" is a word typed badly, not all that is not nasi.
  const query = sql`plainto_tsquery('simple', ${search}::text)`;
  const place = sql`restaurant_text(r.name, r.cuisines)`;
  const placeWords = sql`to_tsvector('simple', ${place}) @@ ${query}`;
  const dishWords = sql`to_tsvector('simple', i.name) @@ ${query}`;
  return sql`
    select id, max(score) as score from (
      select r.id, case when ${placeWords} then 1 else word_similarity(${search}::text, ${place}) end::float8 as score
      from restaurants r where ${placeWords} or ${search}::text <% ${place}
      union all
      select i.restaurant_id, 0.9 * case when ${dishWords} then 1 else word_similarity(${search}::text, i.name) end
      from menu_items i where i.deleted_at is null and (${dishWords} or ${search}::text <% i.name)
    ) found group by id`;
}

function conditions({ near, search, priceLevels, minRating, cuisines }: SearchCriteria): SQL[] {
  const all: SQL[] = [sql`true`];
  if (search) all.push(sql`hits.id is not null`);
  if (priceLevels) all.push(sql`r.price_level = any(${`{${priceLevels.join(",")}}`}::int[])`);
  if (minRating !== null) {
    // The mean as people see it, with one decimal.
    all.push(sql`round(r.rating_sum::numeric / nullif(r.rating_count, 0), 1) >= ${minRating}::float8::numeric`);
  }
  if (cuisines) {
    const wanted = sql.join(
      cuisines.map((cuisine) => sql`lower(${cuisine}::text)`),
      sql`, `,
    );
    all.push(sql`exists (select 1 from unnest(r.cuisines) c where lower(c) in (${wanted}))`);
  }
  if (near) {
    const box = boundingBox(near.point, near.radiusMeters);
    all.push(sql`r.latitude between ${box.south}::float8 and ${box.north}::float8`);
    all.push(sql`r.longitude between ${box.west}::float8 and ${box.east}::float8`);
  }
  return all;
}

function distanceSql({ latitude, longitude }: Point): SQL {
  const half = (column: SQL, value: number) => sql`power(sin(radians(${column} - ${value}::float8) / 2), 2)`;
  return sql`2 * ${earthRadiusMeters}::float8 * asin(least(1, sqrt(
    ${half(sql`r.latitude`, latitude)}
    + cos(radians(${latitude}::float8)) * cos(radians(r.latitude)) * ${half(sql`r.longitude`, longitude)})))`;
}
