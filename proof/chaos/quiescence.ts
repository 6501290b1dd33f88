/** Waiting until everything that was begun has ended. */
import { readFileSync } from "node:fs";
import { subgraphNames } from "../../schema/subgraphs.ts";
import { withDatabase } from "./faults/watch.ts";
import type { Tell, World } from "./world/world.ts";

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
  found.push(...(await unrestOfMoney(world)));
  const { untold, travelling } = unrestOfProvider(world.journal);
  if (untold > 0) found.push(`provider: ${untold} webhooks untold`);
  if (travelling > 0) found.push(`provider: ${travelling} payouts between it and a bank`);
  return found;
}

/** Weekly payouts that would begin while the services stop are waited for, milliseconds before. */
const aheadMs = 5_000;

/** Money on its way, calls without an answer, payouts about to begin, a business day that is over and not closed. */
async function unrestOfMoney({ databases, services }: World): Promise<string[]> {
  const soon = new Date(Date.now() + services.payments.clockOffsetMs + aheadMs);
  const counted = await withDatabase(
    databases.payments,
    (sql) => sql<{ what: string; n: number }[]>`
      select 'calls unanswered' what, count(*)::int n from payment_attempts where state = 'LIVE'
      union all select 'refunds pending', count(*)::int from refunds where state = 'PENDING'
      union all select 'payouts on their way', count(*)::int from payouts
        where state in ('PENDING', 'SENDING', 'IN_TRANSIT', 'RETURNING')
      union all select 'weekly payouts about to begin', count(*)::int from timers
        where name = 'payout.weekly' and run_at < ${soon}
      union all select 'business days closed', -1 from (select 1) one where not exists (select 1 from ledger_days)`,
  );
  return counted.filter(({ n }) => n !== 0).map(({ what, n }) => `payments: ${n > 0 ? n : "no"} ${what}`);
}

type Put = { kind: string; value: { id: string; due_ms?: number | null } };

/** Events of the provider's journal whose webhook nobody took yet, and payouts to banks that have not arrived, failed or come back yet. */
function unrestOfProvider(journal: string): { untold: number; travelling: number } {
  const untold = new Set<string>();
  const travelling = new Set<string>();
  for (const text of readFileSync(journal, "utf8").split("\n")) {
    if (!text.endsWith("}")) continue;
    const line = JSON.parse(text) as { put?: Put[]; delivered?: string };
    for (const { kind, value } of line.put ?? []) {
      if (kind === "event") untold.add(value.id);
      if (kind === "payout" && value.due_ms !== null) travelling.add(value.id);
      if (kind === "payout" && value.due_ms === null) travelling.delete(value.id);
    }
    if (line.delivered) untold.delete(line.delivered);
  }
  return { untold: untold.size, travelling: travelling.size };
}

/** What is waited for is said again after so long, milliseconds. */
const sayEveryMs = 10_000;

/**
 * Waits until `look` finds nothing that still moves, at most `withinMs`, and says every ten seconds what it is still waiting for.
 * Answers what moves at the end.
 */
export async function untilCalm(look: () => Promise<string[]>, withinMs: number, tell: Tell): Promise<string[]> {
  const giveUp = Date.now() + withinMs;
  for (let sayAt = Date.now() + sayEveryMs; ;) {
    const found = await look().catch((error: unknown) => [String(error)]);
    if (found.length === 0 || Date.now() >= giveUp) return found;
    if (Date.now() >= sayAt) {
      tell(`still waiting for: ${found.join(", ")}`);
      sayAt += sayEveryMs;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Waits until all is calm in `world`. */
export const calm = (world: World, withinMs: number, tell: Tell): Promise<string[]> =>
  untilCalm(() => unrest(world), withinMs, tell);
