/** Faults inside the broker: deliveries that come twice, out of order, or are published a second time. */
import { setTimeout as wait } from "node:timers/promises";
import type postgres from "postgres";
import { subgraphNames } from "../../../schema/subgraphs.ts";
import type { World } from "../world/world.ts";
import { withDatabase } from "./watch.ts";

/** Hands the latest deliveries of every subscriber over once more, as new ones. */
const repeat = (sql: postgres.Sql) => sql`
  insert into pgboss.job (name, data, policy, retry_limit, retry_delay, retry_backoff, expire_seconds, keep_until)
  select name, data, policy, retry_limit, retry_delay, retry_backoff, expire_seconds, keep_until
  from (select * from pgboss.job where state in ('completed', 'active') and name = any(${[...subgraphNames]})
    order by created_on desc limit 40) latest`;

/** Holds half of the waiting deliveries back for some seconds, so that later ones overtake them. */
const holdBack = (sql: postgres.Sql) => sql`
  update pgboss.job set start_after = now() + interval '2 seconds'
  where state = 'created' and name = any(${[...subgraphNames]}) and start_after <= now() and random() < 0.5`;

/** What a relay does that died between the broker's word and its own commit. */
const forget = (sql: postgres.Sql) => sql`
  update outbox set sent_at = null where seq in (select seq from outbox where sent_at is not null order by seq desc limit 10)`;

/** Disturbs for `forMs`; answers how many events it touched. */
export async function disturbEvents(
  world: World,
  how: "repeated" | "reordered" | "published-again",
  forMs: number,
): Promise<number> {
  let touched = 0;
  if (how === "published-again") {
    for (const name of subgraphNames) touched += (await withDatabase(world.databases[name], forget)).count;
    return touched;
  }
  await withDatabase(world.databases.events, async (sql) => {
    const giveUp = performance.now() + 20_000;
    const end = performance.now() + forMs;
    while (performance.now() < end || (touched === 0 && performance.now() < giveUp)) {
      touched += (await (how === "repeated" ? repeat(sql) : holdBack(sql))).count;
      await wait(how === "repeated" ? 400 : 5);
    }
  });
  return touched;
}
