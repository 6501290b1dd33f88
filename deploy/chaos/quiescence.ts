/** Waiting until everything that was begun has ended. */
import { setTimeout as wait } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { subgraphNames } from "../../schema/subgraphs.ts";
import { withDatabase } from "./faults/watch.ts";
import type { World } from "./world/world.ts";

/** Events on their way, events put aside, calls to the provider without an answer, per database. */
async function unrest(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const name of subgraphNames)
    await withDatabase(world.databases[name], async (sql) => {
      const [row] = await sql<{ unsent: number; parked: number }[]>`
        select (select count(*)::int from outbox where sent_at is null) unsent, (select count(*)::int from parked_events) parked`;
      if (row?.unsent) found.push(`${name}: ${row.unsent} events unsent`);
      if (row?.parked) found.push(`${name}: ${row.parked} events parked`);
    });
  await withDatabase(world.databases.events, async (sql) => {
    const [row] = await sql<{ waiting: number }[]>`
      select count(*)::int waiting from pgboss.job where state in ('created', 'retry', 'active') and name = any(${[...subgraphNames]})`;
    if (row?.waiting) found.push(`broker: ${row.waiting} deliveries waiting`);
  });
  await withDatabase(world.databases.payments, async (sql) => {
    const [row] = await sql<{ attempts: number; refunds: number }[]>`
      select (select count(*)::int from payment_attempts where state = 'LIVE') attempts,
        (select count(*)::int from refunds where state = 'PENDING') refunds`;
    if (row?.attempts) found.push(`payments: ${row.attempts} calls unanswered`);
    if (row?.refunds) found.push(`payments: ${row.refunds} refunds pending`);
  });
  const untold = untoldWebhooks(world.journal);
  if (untold > 0) found.push(`provider: ${untold} webhooks untold`);
  return found;
}

/** Events of the provider's journal whose webhook nobody took yet. */
function untoldWebhooks(journal: string): number {
  const untold = new Set<string>();
  for (const text of readFileSync(journal, "utf8").split("\n")) {
    if (!text.endsWith("}")) continue;
    const line = JSON.parse(text) as { put?: { kind: string; value: { id: string } }[]; delivered?: string };
    for (const { kind, value } of line.put ?? []) if (kind === "event") untold.add(value.id);
    if (line.delivered) untold.delete(line.delivered);
  }
  return untold.size;
}

/** Waits until all is calm, at most `withinMs`; answers what still moves then. */
export async function calm(world: World, withinMs: number): Promise<string[]> {
  const giveUp = Date.now() + withinMs;
  for (;;) {
    const found = await unrest(world).catch((error: unknown) => [String(error)]);
    if (found.length === 0 || Date.now() > giveUp) return found;
    await wait(500);
  }
}
