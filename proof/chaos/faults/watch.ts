/** Seeing from outside how far a service has come, so that a kill lands at a sharp point. */
import postgres from "postgres";
import { setTimeout as wait } from "node:timers/promises";
import type { SubgraphName } from "../../../schema/subgraphs.ts";
import type { World } from "../world/world.ts";

/** An administrator's connection for the length of `work`. */
export async function withDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10, idle_timeout: 30 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Asks every few milliseconds until `sees` holds; false when it did not within `withinMs`. */
async function until(withinMs: number, sees: () => Promise<boolean>): Promise<boolean> {
  const giveUp = performance.now() + withinMs;
  while (performance.now() < giveUp) {
    if (await sees()) return true;
    await wait(2);
  }
  return false;
}

/** How long a sharp point is waited for, milliseconds; then the fault strikes wherever the service is. */
const patienceMs = 15_000;

/** Resolves at the moment when the service stands at the point; answers whether it was seen there. */
export function standsAt(
  world: World,
  service: SubgraphName,
  point: "before-commit" | "before-publish" | "before-acknowledge",
): Promise<boolean> {
  if (point === "before-acknowledge")
    return withDatabase(world.databases.events, (sql) =>
      until(patienceMs, async () => {
        const rows = await sql`select 1 from pgboss.job where name = ${service} and state = 'active' limit 1`;
        return rows.length > 0;
      }),
    );
  return withDatabase(world.databases[service], (sql) =>
    until(patienceMs, async () => {
      const rows =
        point === "before-publish"
          ? await sql`select 1 from outbox where sent_at is null limit 1`
          : await sql`select 1 from pg_stat_activity where datname = ${service} and usename = ${`${service}_app`}
              and state = 'idle in transaction' and backend_xid is not null limit 1`;
      return rows.length > 0;
    }),
  );
}
