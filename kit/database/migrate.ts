import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import type postgres from "postgres";
import { z } from "zod";
import { openDatabase } from "./db.ts";
import { analyzeFilled } from "./statistics.ts";

/** The database has not seen every migration that this build knows. */
export class NotMigratedError extends Error {
  override readonly name = "NotMigratedError";
}

const journalShape = z.object({
  entries: z.array(z.object({ tag: z.string(), when: z.number() })),
});
type Journal = z.infer<typeof journalShape>["entries"];

const readJournal = async (folder: string): Promise<Journal> =>
  journalShape.parse(JSON.parse(await readFile(join(folder, "meta/_journal.json"), "utf8"))).entries;

/** drizzle skips, without a word, what is dated before the last migration that ran. */
function assertInOrder(journal: Journal): void {
  const early = journal.find(({ when }, index) => index > 0 && when <= journal[index - 1]!.when);
  if (early) throw new Error(`migration ${early.tag} is dated before the one that it follows: generate it again`);
}

/**
 * Applies the migrations in `folder` (drizzle-kit's) that are missing, all in one transaction, as the owner role on a direct connection.
 * Answers the names of those that it applied; the planner has statistics of all filled tables then. Safe to start many times at once: one works, the others wait for it. A DDL lock not granted in 10 s fails the run and changes nothing.
 */
export async function migrate({ ownerUrl, folder }: { ownerUrl: string; folder: string }): Promise<string[]> {
  const journal = await readJournal(folder);
  assertInOrder(journal);
  // Guarded: a bare driver ends the whole process when it is to roll back on a connection that it has lost.
  const { sql, db, close } = openDatabase({ url: ownerUrl, max: 1, prepare: false, statementTimeoutMs: 0 });
  try {
    // The lock lives as long as the session, and with it goes whatever happens to this process.
    await sql`select pg_advisory_lock(hashtext('migrate'))`;
    await sql`set lock_timeout = '10s'`;
    const before = await lastApplied(sql);
    await applyMigrations(db, { migrationsFolder: folder });
    await protectBookkeeping(sql);
    const applied = journal.filter(({ when }) => when > before).map(({ tag }) => tag);
    if (applied.length > 0) await analyzeFilled(sql);
    return applied;
  } finally {
    await close();
  }
}

/** When the last migration of this database was made; 0 = it has none. */
async function lastApplied(sql: postgres.Sql): Promise<number> {
  const [table] = await sql<
    { known: boolean }[]
  >`select to_regclass('drizzle.__drizzle_migrations') is not null as known`;
  if (!table?.known) return 0;
  const [last] = await sql<{ at: string | null }[]>`select max(created_at) as at from drizzle.__drizzle_migrations`;
  return Number(last?.at ?? 0);
}

/** The app role may read which migrations ran, not rewrite it. */
async function protectBookkeeping(sql: postgres.Sql): Promise<void> {
  const [role] = await sql<{ app: string }[]>`
    select rolname as app from pg_roles where rolname = regexp_replace(current_user, '_owner$', '_app') and rolname <> current_user`;
  if (role) await sql`revoke insert, update, delete on drizzle.__drizzle_migrations from ${sql(role.app)}`;
}

/** Throws NotMigratedError unless the database has the last migration of `folder`; a database that is further on is fine. */
export async function assertMigrated({ sql, folder }: { sql: postgres.Sql; folder: string }): Promise<void> {
  const wanted = (await readJournal(folder)).at(-1);
  if (!wanted) return;
  if ((await lastApplied(sql)) < wanted.when) {
    throw new NotMigratedError(`the database lacks migration ${wanted.tag}: run \`npm run migrate\` first`);
  }
}
