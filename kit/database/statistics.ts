import type postgres from "postgres";
import { openDatabase } from "./db.ts";

/**
 * Gives the planner statistics of every table of the `public` schema that holds anything. Empty tables are left alone: to call
 * them empty would mislead the planner until autovacuum looks again. For the owner role.
 */
export async function analyzeFilled(sql: postgres.Sql): Promise<void> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and pg_relation_size(c.oid) > 0`;
  if (tables.length > 0) await sql.unsafe(`analyze ${tables.map(({ name }) => name).join(", ")}`);
}

/** The same on a connection of its own, as after a seed. */
export async function analyzeDatabase(ownerUrl: string): Promise<void> {
  const { sql, close } = openDatabase({ url: ownerUrl, max: 1, prepare: false, statementTimeoutMs: 0 });
  try {
    await analyzeFilled(sql);
  } finally {
    await close();
  }
}
