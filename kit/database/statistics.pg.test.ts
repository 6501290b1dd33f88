import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { analyzeDatabase } from "./statistics.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), "kit-migrations-"));
beforeAll(async () => {
  mkdirSync(join(folder, "meta"));
  const tables = "create table filled (n int);--> statement-breakpoint\ncreate table empty (n int);";
  writeFileSync(join(folder, "0000_tables.sql"), `${tables}--> statement-breakpoint\ninsert into filled values (1);`);
  const entries = [{ idx: 0, version: "7", when: 1_700_000_000_000, tag: "0000_tables", breakpoints: true }];
  writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  database = await testDatabase("kit", { folder: null });
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const estimates = async () =>
  Object.fromEntries(
    (await database.sql`select relname, reltuples::int as n from pg_class where relname in ('filled', 'empty')`).map(
      (row) => [row["relname"], row["n"]],
    ),
  );

test("a migration and a seed leave statistics of what is filled, and none of what is empty", async () => {
  await migrate({ ownerUrl: database.ownerUrl, folder });
  expect(await estimates()).toEqual({ filled: 1, empty: -1 });
  await database.sql`insert into empty select generate_series(1, 50)`;
  await analyzeDatabase(database.ownerUrl);
  expect(await estimates()).toEqual({ filled: 1, empty: 50 });
});
