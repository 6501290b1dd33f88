import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test, vi } from "vitest";
import { openDatabase } from "./db.ts";
import { assertMigrated, migrate, NotMigratedError } from "./migrate.ts";
import { urlOf } from "../postgres/provision.ts";
import { testDatabase, type TestDatabase } from "../testing/database.ts";

const migrations = [
  "create table notes (id int primary key); insert into notes values (1);",
  "alter table notes add column body text;",
];

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await testDatabase("kit", { folder: null });
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Writes the first `count` migrations as drizzle-kit does. */
async function writeMigrations(count: number): Promise<void> {
  await mkdir(join(folder, "meta"), { recursive: true });
  const entries = migrations.slice(0, count).map((_, idx) => ({
    idx,
    version: "7",
    when: 1_000 + idx,
    tag: `000${idx}_step`,
    breakpoints: true,
  }));
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  for (const { idx, tag } of entries) await writeFile(join(folder, `${tag}.sql`), migrations[idx]!);
}

test("many starts at once migrate exactly once", async () => {
  await writeMigrations(2);
  await Promise.all(Array.from({ length: 30 }, () => migrate({ ownerUrl: database.ownerUrl, folder })));
  expect(await database.sql`select id, body from notes`).toEqual([{ id: 1, body: null }]);
  const [row] = await database.sql`select count(*)::int as ran from drizzle.__drizzle_migrations`;
  expect(row?.ran).toBe(2);
});

test("a service refuses a database that is behind, and takes one that is ahead", async () => {
  await writeMigrations(1);
  await expect(assertMigrated({ sql: database.sql, folder })).rejects.toThrow(NotMigratedError);
  await migrate({ ownerUrl: database.ownerUrl, folder });
  await assertMigrated({ sql: database.sql, folder });
  await writeMigrations(2);
  await expect(assertMigrated({ sql: database.sql, folder })).rejects.toThrow("0001_step");
  await migrate({ ownerUrl: database.ownerUrl, folder });
  await writeMigrations(1);
  await assertMigrated({ sql: database.sql, folder });
});

test("a failing migration changes nothing", async () => {
  await writeMigrations(2);
  await writeFile(join(folder, "0001_step.sql"), "alter table missing add column body text");
  await expect(migrate({ ownerUrl: database.ownerUrl, folder })).rejects.toThrow();
  await expect(database.sql`select 1 from notes`).rejects.toThrow("does not exist");
});

test("a connection lost in the middle fails the run, not the process, and changes nothing", async () => {
  await writeMigrations(2);
  await writeFile(join(folder, "0001_step.sql"), "select pg_sleep(60)");
  const failed = expect(migrate({ ownerUrl: database.ownerUrl, folder })).rejects.toThrow();
  const admin = openDatabase({ url: inject("clusterUrl"), max: 1 });
  const { pathname } = new URL(database.url);
  await vi.waitFor(async () => {
    const ended = await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${pathname.slice(1)} and state = 'active' and query = 'select pg_sleep(60)'`;
    expect(ended).toHaveLength(1);
  }, 20_000);
  await failed;
  await admin.close();
  await expect(database.sql`select 1 from notes`).rejects.toThrow("does not exist");
});

test("a journal out of order is refused, since the later entry would be skipped in silence", async () => {
  await writeMigrations(2);
  const journal = {
    entries: [
      { tag: "0000_step", when: 2_000, breakpoints: true },
      { tag: "0001_step", when: 1_000, breakpoints: true },
    ],
  };
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify(journal));
  await expect(migrate({ ownerUrl: database.ownerUrl, folder })).rejects.toThrow("0001_step");
});

test("the app role reads and writes rows, and nothing more", async () => {
  await writeMigrations(2);
  await migrate({ ownerUrl: database.ownerUrl, folder });
  await database.sql`insert into notes values (2, 'b')`;
  await database.sql`update notes set body = 'c'`;
  await database.sql`delete from notes`;
  await expect(database.sql`create table mine ()`).rejects.toThrow("permission denied");
  await expect(database.sql`truncate notes`).rejects.toThrow("permission denied");
  await expect(database.sql`alter table notes drop column body`).rejects.toThrow("must be owner");
  await expect(database.sql`delete from drizzle.__drizzle_migrations`).rejects.toThrow("permission denied");
});

test("no role opens another's database", async () => {
  const other = await testDatabase("neighbour", { folder: null });
  for (const url of [database.url, database.ownerUrl]) {
    const intruder = openDatabase({
      url: urlOf(url, new URL(other.url).pathname.slice(1)),
      max: 1,
    });
    await expect(intruder.sql`select 1`).rejects.toThrow("permission denied for database");
    await intruder.close();
  }
  await other.close();
});

test("passwords are kept as SCRAM", async () => {
  const admin = openDatabase({ url: inject("clusterUrl"), max: 1 });
  const roles = await admin.sql`select rolpassword from pg_authid where rolname in ('kit_owner', 'kit_app')`;
  await admin.close();
  expect(roles).toHaveLength(2);
  for (const { rolpassword } of roles) expect(rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
});
