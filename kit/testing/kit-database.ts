/** A fresh database that holds kit's own tables and nothing else, for kit's own tests. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { type Database, openDatabase } from "../database/db.ts";

/** An open database of a test. `interrupt` cuts every connection, as a restart of the server does. */
export type KitDatabase = Database & { url: string; interrupt: () => Promise<void> };

/**
 * Makes a database on the run's cluster; `close` drops it.
 * `tables` false leaves it empty. `tables.sql` is `drizzle-kit generate --schema kit/database/tables.ts`.
 */
export async function kitDatabase({ tables = true } = {}): Promise<KitDatabase> {
  const adminUrl = new URL(inject("clusterUrl"));
  const name = `kit_${randomUUID().replaceAll("-", "")}`;
  const admin = postgres(adminUrl.href, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const database = openDatabase({ url: url.href });
  if (tables) await database.sql.unsafe(await readFile(join(import.meta.dirname, "tables.sql"), "utf8")).simple();
  return {
    ...database,
    url: url.href,
    interrupt: async () => {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    },
    close: async () => {
      await database.close();
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's address of the run's cluster. */
    clusterUrl: string;
  }
}
