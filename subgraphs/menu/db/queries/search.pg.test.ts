/** Search over the demo world: what is found, in which order, and by which indexes. */
import { fromStart } from "../../../../kit/graphql/connection.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../../kit/id.ts";
import { testDatabase } from "../../../../kit/testing/database.ts";
import { demoDish } from "../../../../demo/world/dishes.ts";
import { demoId, demoLocation, sizes } from "../../../../demo/world/world.ts";
import { listRestaurants } from "../../actions/list-restaurants.ts";
import { seed } from "../seed.ts";
import { openingHours, restaurants } from "../tables.ts";
import { restaurantsById } from "./restaurants.ts";
import { searchRestaurants, type SearchCriteria } from "./search.ts";

const now = new Date("2026-06-01T05:00:00Z");
const anything: SearchCriteria = { near: null, search: null, priceLevels: null, minRating: null, cuisines: null };

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase("menu");
  await seed(database.db, "demo", now);
});
afterAll(() => database.close());

async function found(search: string, over: Partial<SearchCriteria> = {}) {
  const hits = await searchRestaurants(database.db, { ...anything, search, ...over }, fromStart(100));
  const rows = await restaurantsById(
    database.db,
    hits.map((hit) => hit.id),
  );
  return hits.flatMap((hit) => rows.get(hit.id) ?? []);
}

/** Ids of the restaurants that sell a dish with all these words. */
const selling = (...words: string[]) =>
  Array.from({ length: sizes.demo.restaurants }, (_, n) => n)
    .filter((n) =>
      Array.from({ length: 25 }, (_, dish) => demoDish(n, dish).name).some((name) =>
        words.every((word) => name.toLowerCase().split(" ").includes(word)),
      ),
    )
    .map((n) => demoId("rst", n));

describe("search", () => {
  test("by dish finds those who sell it, and not whoever sells half of its name", async () => {
    const ids = (await found("nasi goreng")).map((row) => row.id);
    expect(ids.toSorted()).toEqual(selling("nasi", "goreng").toSorted());
  });

  test.each([
    ["nasi gorang", "Indonesian"],
    ["rendnag", "Padang"],
    ["burgr", "Burgers"],
    ["pizzza", "Pizza"],
    ["japanes", "Japanese"],
    ["maragi", "Sundanese"],
  ])("forgives %s", async (search, cuisine) => {
    const rows = await found(search);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.cuisines.includes(cuisine))).toBe(true);
  });

  test("by name finds the very place first", async () => {
    expect((await found("bu siti"))[0]?.name).toBe("Warung Bu Siti");
    expect((await found("SHOKUDO budi"))[0]?.name).toBe("Budi Shokudo");
  });

  test("knows no operators: a word with a dash is that word", async () => {
    expect((await found("-rendang")).map((row) => row.id).toSorted()).toEqual(selling("rendang").toSorted());
    expect(await found("rendang or pizza")).not.toContainEqual(expect.objectContaining({ cuisines: ["Pizza"] }));
    expect(await found("!!")).toEqual([]);
  });

  test("judges the best fit among what can be had, not among all there is", async () => {
    const near = { point: demoLocation("restaurant", 4), radiusMeters: 10_000 };
    const rows = await found("pizzeria", { near });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.cuisines.includes("Pizza"))).toBe(true);
  });

  test("measures along the globe: Jakarta to Surabaya is about 660 km", async () => {
    const near = { point: { latitude: -6.2, longitude: 106.8167 }, radiusMeters: 1_000_000 };
    const hits = await searchRestaurants(database.db, { ...anything, near }, fromStart(100));
    const away = hits.flatMap(({ distanceMeters }) =>
      (distanceMeters ?? 0) > 100_000 ? [(distanceMeters ?? 0) / 1000] : [],
    );
    expect(away).toHaveLength(12);
    for (const kilometres of away) {
      expect(kilometres).toBeGreaterThan(655);
      expect(kilometres).toBeLessThan(672);
    }
    const none = await searchRestaurants(
      database.db,
      { ...anything, near: { ...near, radiusMeters: 600_000 } },
      fromStart(100),
    );
    expect(none).toHaveLength(48);
  });

  test("pages follow one another without gap or repetition", async () => {
    const criteria = { ...anything, search: "ayam" };
    const whole = await searchRestaurants(database.db, criteria, fromStart(100));
    const walked: string[] = [];
    for (let after = null, more = true; more;) {
      const page: typeof whole = await searchRestaurants(database.db, criteria, { ...fromStart(7), after });
      walked.push(...page.map((hit) => hit.id));
      [after, more] = [page.at(-1) as never, page.length === 7];
    }
    expect(walked).toEqual(whole.map((hit) => hit.id));
  });

  test("reads indexes, not every dish, as soon as the demo world is seeded", async () => {
    const plan = await database.sql`
      explain select i.restaurant_id from menu_items i
      where to_tsvector('simple', i.name) @@ plainto_tsquery('simple', 'rendang') or 'rendang'::text <% i.name`;
    const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
    expect(text).toContain("Bitmap Index Scan on menu_items_words");
    expect(text).toContain("Bitmap Index Scan on menu_items_name_trigrams");
    expect(text).not.toContain("Seq Scan");
  });
});

test("the one open place is found behind thousands of closed ones", async () => {
  const fresh = await testDatabase("menu");
  try {
    const row = (n: number): typeof restaurants.$inferInsert => ({
      id: newId("rst"),
      name: `Place ${n}`,
      description: "",
      cuisines: ["Tea"],
      status: "ACTIVE",
      currency: "IDR",
      taxInclusive: false,
      latitude: -6.2 + n / 100_000,
      longitude: 106.8,
      timeZone: "Asia/Jakarta",
      priceLevel: 1,
      prepSeconds: 600,
      minimumOrderMinor: 0,
      createdAt: now,
    });
    const rows = Array.from({ length: 3_000 }, (_, n) => row(n));
    for (let from = 0; from < rows.length; from += 1_000)
      await fresh.db.insert(restaurants).values(rows.slice(from, from + 1_000));
    const last = rows.at(-1)?.id ?? "";
    await fresh.db.insert(openingHours).values({ restaurantId: last, weekday: 1, opens: 0, closes: 1_440 });
    const near = { point: { latitude: -6.2, longitude: 106.8 }, radiusMeters: 10_000 };
    const open = await listRestaurants(fresh.db, { ...anything, near }, fromStart(3), now);
    expect(open.map((hit) => hit.id)).toEqual([last]);
  } finally {
    await fresh.close();
  }
});
