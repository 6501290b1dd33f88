import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { openDatabase, type Database } from "../database/db.ts";
import { migrate } from "../database/migrate.ts";
import { closeToOthers, provision, urlOf } from "../postgres/provision.ts";

/** A database of a test's own; `db` and `sql` are the app role's, `close` drops it. */
export type TestDatabase = Database & { url: string; ownerUrl: string };

/** What a test may choose. */
export type TestDatabaseOptions = {
  /** Migrations to apply; default `subgraphs/<name>/db/migrations`; null = none. */
  folder?: string | null;
};

/**
 * A fresh, migrated and empty database with the roles `<name>_owner` and `<name>_app`, copied from a template that the first caller makes.
 * Needs the vitest projects that have a cluster (`pg`, `e2e`, `slow`).
 */
export async function testDatabase(name: string, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const root = join(import.meta.dirname, "../..");
  const folder = options.folder === undefined ? join(root, "subgraphs", name, "db/migrations") : options.folder;
  const adminUrl = inject("clusterUrl");
  const { password } = new URL(adminUrl);
  const database = `${name}_${randomBytes(6).toString("hex")}`;
  await asAdmin(adminUrl, async (admin) => {
    const template = await ensureTemplate(admin, adminUrl, name, folder);
    await admin.unsafe(`create database ${database} template ${template} owner ${name}_owner`);
    await closeToOthers(admin, database, name);
  });
  const url = urlOf(adminUrl, database, `${name}_app`, password);
  const opened = openDatabase({ url });
  const close = async () => {
    await opened.close();
    await asAdmin(adminUrl, (admin) => admin.unsafe(`drop database if exists ${database} with (force)`));
  };
  return { ...opened, url, ownerUrl: urlOf(adminUrl, database, `${name}_owner`, password), close };
}

async function asAdmin<T>(adminUrl: string, work: (admin: postgres.Sql) => Promise<T>): Promise<T> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {}, fetch_types: false });
  try {
    return await work(admin);
  } finally {
    await admin.end({ timeout: 2 });
  }
}

/** The migrated database that copies are made of: one for each set of migrations, made by one worker while the others wait. */
async function ensureTemplate(
  admin: postgres.Sql,
  adminUrl: string,
  name: string,
  folder: string | null,
): Promise<string> {
  const template = `${name}_template_${await fingerprint(folder)}`;
  const finished = async () =>
    (await admin`select 1 from pg_database where datname = ${template} and datistemplate`).length > 0;
  if (await finished()) return template;
  await admin`select pg_advisory_lock(hashtext(${`template ${name}`}))`;
  try {
    if (await finished()) return template;
    const { password } = new URL(adminUrl);
    await admin.unsafe(`drop database if exists ${template} with (force)`);
    const { ownerUrl } = await provision({
      adminUrl,
      name,
      database: template,
      ownerPassword: password,
      appPassword: password,
    });
    if (folder !== null) await migrate({ ownerUrl, folder });
    await admin.unsafe(`alter database ${template} is_template true`);
  } finally {
    await admin`select pg_advisory_unlock(hashtext(${`template ${name}`}))`;
  }
  return template;
}

async function fingerprint(folder: string | null): Promise<string> {
  const hash = createHash("sha256");
  if (folder !== null) {
    const journal = await readFile(join(folder, "meta/_journal.json"), "utf8");
    hash.update(journal);
    const { entries } = JSON.parse(journal) as { entries: { tag: string }[] };
    for (const { tag } of entries) hash.update(await readFile(join(folder, `${tag}.sql`)));
  }
  return hash.digest("hex").slice(0, 12);
}
