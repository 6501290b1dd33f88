/** What the databases did: time spent in statements, and rows written per table. */
import postgres from "postgres";
import { subgraphNames } from "../../../schema/subgraphs.ts";

/** Counters of one database since its statistics began; `activeMs` is time spent executing statements. */
export type Cost = { activeMs: number; commits: number; inserted: Map<string, number>; updated: Map<string, number> };

/** Databases by name, the broker's among them. */
export const databaseNames = [...subgraphNames, "events"] as const;

/** A connection to one database, for the length of `work`. */
export async function inDatabase<T>(
  adminUrl: string,
  name: string,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 8, onnotice: () => {}, connect_timeout: 20 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Reads the counters of a database. */
export const costOf = (adminUrl: string, name: string): Promise<Cost> =>
  inDatabase(adminUrl, name, async (sql) => {
    const [total] = await sql<{ active_time: number; xact_commit: string }[]>`
      select active_time, xact_commit from pg_stat_database where datname = ${name}`;
    const tables = await sql<{ name: string; inserted: number; updated: number }[]>`
      select format('%I.%I', schemaname, relname) as name, n_tup_ins::float8 as inserted, n_tup_upd::float8 as updated
      from pg_stat_user_tables`;
    return {
      activeMs: total?.active_time ?? 0,
      commits: Number(total?.xact_commit ?? 0),
      inserted: new Map(tables.map((table) => [table.name, table.inserted])),
      updated: new Map(tables.map((table) => [table.name, table.updated])),
    };
  });

const less = (after: Map<string, number>, before: Map<string, number>) =>
  new Map([...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)]));

/** What lies between two readings. */
export const costBetween = (before: Cost, after: Cost): Cost => ({
  activeMs: after.activeMs - before.activeMs,
  commits: after.commits - before.commits,
  inserted: less(after.inserted, before.inserted),
  updated: less(after.updated, before.updated),
});
