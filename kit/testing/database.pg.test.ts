import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "./database.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  await mkdir(join(folder, "meta"));
  const entries = [{ idx: 0, version: "7", when: 1, tag: "0000_notes", breakpoints: true }];
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  await writeFile(join(folder, "0000_notes.sql"), "create table notes (id int primary key)");
});
afterAll(() => rm(folder, { recursive: true }));

test("copies made at once are migrated, empty and apart", async () => {
  const copies = await Promise.all(Array.from({ length: 6 }, () => testDatabase("copies", { folder })));
  await Promise.all(copies.map((copy, index) => copy.sql`insert into notes values (${index})`));
  const seen = await Promise.all(copies.map((copy) => copy.sql`select id from notes`));
  expect(seen.map((rows) => rows.map((row) => row.id))).toEqual([[0], [1], [2], [3], [4], [5]]);
  await Promise.all(copies.map((copy) => copy.close()));
});

test("a closed copy is gone", async () => {
  const [kept, closed] = await Promise.all([testDatabase("copies", { folder }), testDatabase("copies", { folder })]);
  await closed.close();
  const name = new URL(closed.url).pathname.slice(1);
  expect(await kept.sql`select datname from pg_database where datname = ${name}`).toEqual([]);
  await kept.close();
});
