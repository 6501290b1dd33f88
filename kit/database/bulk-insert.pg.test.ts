import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { bulkInsert } from "./bulk-insert.ts";
import { id, instant } from "./db.ts";
import { newId } from "../id.ts";
import { kitDatabase } from "../testing/kit-database.ts";

const samples = pgTable("samples", {
  id: id("ord")("id").primaryKey(),
  tags: text("tags").array().notNull(),
  document: jsonb("document").$type<unknown>(),
  at: instant("made_at").notNull(),
  count: integer("count"),
  switched: boolean("switched").notNull().default(true),
  sequence: integer("sequence").generatedAlwaysAsIdentity(),
});

test("rows come back as they went in, with defaults where no row says otherwise", async () => {
  const { db, sql, close } = await kitDatabase({ tables: false });
  try {
    await sql.unsafe(`create table samples (id uuid primary key, tags text[] not null, document jsonb,
      made_at timestamptz(3) not null, count int, switched boolean not null default true,
      sequence int generated always as identity)`);
    const at = new Date("2026-06-01T05:00:00.123Z");
    const rows = [
      { id: newId("ord"), tags: ["a", 'quo"te', "{}"], document: { deep: [1, "2"] }, at, count: 7 },
      { id: newId("ord"), tags: [], document: ["list"], at },
    ];
    await bulkInsert(db, samples, rows);
    await bulkInsert(db, samples, []);
    expect(await db.select().from(samples).orderBy(samples.sequence)).toEqual([
      { ...rows[0], switched: true, sequence: 1 },
      { ...rows[1], count: null, switched: true, sequence: 2 },
    ]);
    const many = Array.from({ length: 10_001 }, () => ({ id: newId("ord"), tags: [], at }));
    await bulkInsert(db, samples, many);
    expect(await db.$count(samples)).toBe(10_003);
  } finally {
    await close();
  }
});
