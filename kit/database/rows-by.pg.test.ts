import { isNull } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { id, openDatabase } from "./db.ts";
import { newId } from "../id.ts";
import { rowsBy } from "./rows-by.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";

const leaves = pgTable("leaves", {
  id: id("lea")("id").primaryKey(),
  tree: id("tre")("tree_id").notNull(),
  colour: text("colour"),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase("kit", { folder: null });
  const owner = openDatabase({ url: database.ownerUrl, max: 1 });
  await owner.sql`create table leaves (id uuid primary key, tree_id uuid not null, colour text)`;
  await owner.close();
});
afterAll(() => database.close());

test("rows of a batch come whole and in order, narrowed; malformed and unknown ids match nothing", async () => {
  const [tree, other] = [newId("tre"), newId("tre")];
  const row = (of: string, colour: string | null) => ({ id: newId("lea"), tree: of, colour });
  const rows = [row(tree, "red"), row(tree, "brown"), row(tree, null), row(other, "green")];
  await database.db.insert(leaves).values(rows);
  const byColour = (list: typeof rows) => list.toSorted((a, b) => (a.colour ?? "z").localeCompare(b.colour ?? "z"));

  const ofTrees = rowsBy(leaves, leaves.tree, { orderBy: [leaves.colour] });
  expect(await ofTrees(database.db, [tree, "nonsense", newId("tre")])).toEqual(byColour(rows.slice(0, 3)));
  expect(await ofTrees(database.db, [tree, other])).toEqual(byColour(rows));
  expect(await ofTrees(database.db, [])).toEqual([]);

  const bare = rowsBy(leaves, leaves.tree, { where: isNull(leaves.colour) });
  expect(await bare(database.db, [tree, other])).toEqual([rows[2]]);
});

test("a transaction sees its own rows through the same read, and no other database's", async () => {
  const withId = rowsBy(leaves, leaves.id);
  const row = { id: newId("lea"), tree: newId("tre"), colour: "red" };
  await database.db.transaction(async (tx) => {
    await tx.insert(leaves).values(row);
    expect(await withId(tx, [row.id])).toEqual([row]);
    expect(await withId(database.db, [row.id])).toEqual([]);
  });
  expect(await withId(database.db, [row.id])).toEqual([row]);
});

test("a read of one id is planned once for a connection", async () => {
  const pool = openDatabase({ url: database.url, max: 1 });
  try {
    const withId = rowsBy(leaves, leaves.id);
    for (let n = 0; n < 10; n++) await withId(pool.db, [newId("lea")]);
    const [counted] = await pool.sql.unsafe(
      `select custom_plans::int, generic_plans::int from pg_prepared_statements where statement like '%"leaves"."id" = $1%'`,
    );
    // Postgres looks at five plans for what was asked before it trusts one for all.
    expect(counted).toEqual({ custom_plans: 5, generic_plans: 5 });
  } finally {
    await pool.close();
  }
});
