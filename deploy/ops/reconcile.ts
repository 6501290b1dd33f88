/** `reconcile`: has the running payments compare themselves with the card provider, and tells what came of it. */
import { fromStart } from "../../kit/graphql/connection.ts";
import { setTimeout as wait } from "node:timers/promises";
import { schedule } from "../../kit/events/timers.ts";
import { findingsPage } from "../../subgraphs/payments/db/findings.ts";
import { findRun, reconcileTimer, startRun } from "../../subgraphs/payments/db/reconciliation.ts";
import type { FindingRow, RunRow } from "../../subgraphs/payments/db/reconciliation-tables.ts";
import type { Command, Invocation } from "./command.ts";
import { recordOperation } from "./record-operation.ts";
import { withDatabase } from "./subgraph-database.ts";

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The beginning of the window: an instant or day by ISO 8601, or how long ago (90m, 24h, 7d); three days ago when absent. Throws one line for anything else, and for what lies ahead. */
export function readSince(text: string | undefined, now: Date): Date {
  const ago = /^(\d{1,4})([mhd])$/.exec(text ?? "3d");
  const since = ago
    ? new Date(now.getTime() - Number(ago[1]) * units[ago[2] as keyof typeof units])
    : new Date(/^\d{4}-\d{2}-\d{2}/.test(text ?? "") ? (text ?? "") : Number.NaN);
  if (Number.isNaN(since.getTime()) || since >= now)
    throw new Error(
      "--since takes an instant that is past, such as 2026-05-01T00:00:00Z, or how long ago, such as 24h",
    );
  return since;
}

const payments = <T>({ settings }: Invocation, work: Parameters<typeof withDatabase<T>>[2]) =>
  withDatabase("payments", settings, work);

/** Asks for the run: payments makes it itself, with its own settings and its own way to the provider. */
const ask = (invocation: Invocation, since: Date, now: Date): Promise<RunRow> =>
  payments(invocation, (db) =>
    db.transaction(async (tx) => {
      const run = await startRun(tx, { since, until: now }, false, now);
      await schedule(tx, { name: reconcileTimer, key: run.id, dueAt: now });
      const detail = { since: since.toISOString(), until: now.toISOString() };
      await recordOperation(tx, "payments", { action: "reconciliation.started", subjectId: run.id, detail }, now);
      return run;
    }),
  );

/** The run once it has ended, or as far as it came in time. */
async function ended(invocation: Invocation, asked: RunRow): Promise<RunRow> {
  const giveUp = Date.now() + invocation.settings.OPS_PATIENCE_MS;
  for (;;) {
    const run = (await payments(invocation, (db) => findRun(db, asked.id))) ?? asked;
    if (run.phase === "DONE" || Date.now() >= giveUp) return run;
    await wait(100);
  }
}

const told = ({ kind, subject, paymentId, facts, firstSeenAt }: FindingRow): string =>
  `${kind.padEnd(19)} ${subject}${paymentId === null ? "" : ` of ${paymentId}`} since ${firstSeenAt.toISOString()}: ${JSON.stringify(facts)}`;

/** Exit code 1 when a finding is open, or when nobody ran the comparison in time. The first 100 open findings are told. */
export const reconcile: Command = async (invocation) => {
  if (invocation.words.length > 0) throw new Error(`reconcile takes no ${invocation.words[0]}`);
  const now = new Date();
  const run = await ended(invocation, await ask(invocation, readSince(invocation.since, now), now));
  const findings = await payments(invocation, (db) => findingsPage(db, true, fromStart(100)));
  const { id: runId, phase, compared, repaired, since, until } = run;
  const done = phase === "DONE";
  const line = done
    ? `${compared} compared since ${since.toISOString()}, ${repaired} repaired, ${findings.length} findings open`
    : `payments has not finished ${runId} yet: is it running?`;
  const shown = findings.map(({ id, kind, subject, paymentId, refundId, facts, firstSeenAt, lastSeenAt }) => {
    return { id, kind, subject, paymentId, refundId, facts, firstSeenAt, lastSeenAt };
  });
  return {
    value: { runId, outcome: done ? "done" : "pending", since, until, compared, repaired, findings: shown },
    lines: [line, ...findings.map(told)],
    failed: !done || findings.length > 0,
  };
};
