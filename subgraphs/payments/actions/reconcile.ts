/** Compares our payments, refunds and disputes with the provider's, page by page: a run goes on where it was, whoever was killed. */
import type { Db } from "../../../kit/database/db.ts";
import { schedule, scheduleFirst, type FiredTimer } from "../../../kit/events/timers.ts";
import type { Facts } from "../domain/reconciliation.ts";
import { recordFinding, type NewFinding } from "../db/findings.ts";
import { openDisputes } from "../db/disputes.ts";
import type { Moment } from "../db/payments.ts";
import {
  advanceRun,
  findRun,
  lastRegularRun,
  paymentsNotMet,
  paymentsOfIntents,
  reconcileTimer,
  refundsNotMet,
  startRun,
} from "../db/reconciliation.ts";
import type { RunRow } from "../db/reconciliation-tables.ts";
import type { Deps } from "../deps.ts";
import { examineDispute } from "./examine-dispute.ts";
import { examineCharge, examineRefund, plainlyAgrees, type Examined } from "./examine-charge.ts";

const regularKey = "regular";
/** Rows of ours looked at per page. */
const pageSize = 100;

type Timer = Pick<FiredTimer, "key" | "traceId">;
type Step = { phase: RunRow["phase"]; cursor: string | null; seen: string[]; examined: Examined[] };

/** Sets the timer of the regular runs where there is none yet. */
export function beginReconciling(db: Db, { clock, settings }: Pick<Deps, "clock" | "settings">): Promise<void> {
  const dueAt = new Date(clock.now().getTime() + settings.RECONCILE_INTERVAL_MS);
  return scheduleFirst(db, { name: reconcileTimer, key: regularKey, dueAt });
}

/** Timer handler: takes one page of a run and comes back for the next; the regular one then comes back for the next run. */
export async function reconcile(timer: Timer, deps: Deps): Promise<void> {
  const { db, clock, log, settings } = deps;
  const { key, traceId } = timer;
  const now = clock.now();
  const run = key === regularKey ? await regularRun(deps, now) : await findRun(db, key);
  if (!run) return;
  const after = run.phase === "DONE" ? run : await onePage(run, deps, { now, traceId });
  if (after.phase !== "DONE") return schedule(db, { name: reconcileTimer, key, dueAt: now, traceId });
  const { compared, repaired, findings } = after;
  log.info({ runId: after.id, compared, repaired, findings }, "reconciled with the provider");
  if (key !== regularKey) return;
  const dueAt = new Date(now.getTime() + settings.RECONCILE_INTERVAL_MS);
  await schedule(db, { name: reconcileTimer, key, dueAt, traceId });
}

/** The regular run that is under way, or a new one, which begins no later than where the last one ended. */
async function regularRun({ db, settings }: Deps, now: Date): Promise<RunRow> {
  const last = await lastRegularRun(db);
  if (last && last.phase !== "DONE") return last;
  const until = new Date(now.getTime() - settings.RECONCILE_SETTLE_MS);
  const usual = until.getTime() - settings.RECONCILE_WINDOW_MS;
  const since = new Date(Math.min(usual, last?.until.getTime() ?? usual));
  return startRun(db, { since, until }, true, now);
}

async function onePage(run: RunRow, deps: Deps, moment: Moment): Promise<RunRow> {
  const { phase, cursor, seen, examined } = await steps[run.phase](run, deps, moment);
  const count = {
    compared: examined.length,
    repaired: examined.filter((one) => one === "REPAIRED").length,
    findings: examined.filter((one) => one === "FINDING").length,
  };
  return advanceRun(deps.db, run, { phase, cursor }, { count, seen }, moment.now);
}

type Phase = (run: RunRow, deps: Deps, moment: Moment) => Promise<Step>;

const intents: Phase = async (run, deps, moment) => {
  const { items, next } = await deps.psp.listIntents(run, run.cursor);
  const known = await paymentsOfIntents(deps.db, items);
  const examined: Examined[] = [];
  for (const item of items) {
    const plain = plainlyAgrees(item, known.get(item.id) ?? null);
    examined.push(plain ? "AGREES" : await examineCharge(deps, item, moment));
  }
  const seen = items.map(({ id }) => id);
  return { phase: next === null ? "REFUNDS" : "INTENTS", cursor: next, seen, examined };
};

const paidBack: Phase = async (run, deps, moment) => {
  const { items, next } = await deps.psp.listRefunds(run, run.cursor);
  const examined: Examined[] = [];
  for (const item of items) examined.push(await examineRefund(deps, item, moment));
  const seen = items.map(({ id }) => id);
  return { phase: next === null ? "DISPUTES" : "REFUNDS", cursor: next, seen, examined };
};

const disputed: Phase = async (run, deps, moment) => {
  const { items, next } = await deps.psp.listDisputes(run, run.cursor);
  const examined: Examined[] = [];
  for (const item of items) examined.push(await examineDispute(deps, item, moment));
  return { phase: next === null ? "OUR_PAYMENTS" : "DISPUTES", cursor: next, seen: [], examined };
};

const ourPayments: Phase = async (run, deps, moment) => {
  const rows = await paymentsNotMet(deps.db, run, pageSize);
  const examined: Examined[] = [];
  for (const { id: paymentId, providerIntentId, state, amountMinor, currency } of rows) {
    const theirs = await deps.psp.lookUpIntent(providerIntentId ?? "");
    if (theirs) examined.push(await examineCharge(deps, theirs, moment));
    else {
      const facts = { ourState: state, ourAmountMinor: amountMinor, ourCurrency: currency };
      examined.push(await missing(deps, { subject: providerIntentId ?? "", paymentId, refundId: null, facts }, moment));
    }
  }
  const cursor = rows.length < pageSize ? null : (rows.at(-1)?.id ?? null);
  return { phase: cursor === null ? "OUR_REFUNDS" : "OUR_PAYMENTS", cursor, seen: [], examined };
};

const ourRefunds: Phase = async (run, deps, moment) => {
  const rows = await refundsNotMet(deps.db, run, pageSize);
  const examined: Examined[] = [];
  for (const { id: refundId, paymentId, providerRefundId, state, amountMinor, currency } of rows) {
    const theirs = await deps.psp.lookUpRefund(providerRefundId ?? "");
    if (theirs) examined.push(await examineRefund(deps, theirs, moment));
    else {
      const facts = { ourState: state, ourAmountMinor: amountMinor, ourCurrency: currency };
      examined.push(await missing(deps, { subject: providerRefundId ?? "", paymentId, refundId, facts }, moment));
    }
  }
  const cursor = rows.length < pageSize ? null : (rows.at(-1)?.id ?? null);
  return { phase: cursor === null ? "OUR_DISPUTES" : "OUR_REFUNDS", cursor, seen: [], examined };
};

/** Banks decide after weeks, long after the window in which a dispute was opened. */
const ourDisputes: Phase = async (run, deps, moment) => {
  const rows = await openDisputes(deps.db, run.cursor, pageSize);
  const examined: Examined[] = [];
  for (const { id, paymentId, state, amountMinor } of rows) {
    const theirs = await deps.psp.lookUpDispute(id);
    const facts = { ourState: state, ourAmountMinor: amountMinor };
    const gone = { subject: id, paymentId, refundId: null, facts };
    examined.push(theirs ? await examineDispute(deps, theirs, moment) : await missing(deps, gone, moment));
  }
  const cursor = rows.length < pageSize ? null : (rows.at(-1)?.id ?? null);
  return { phase: cursor === null ? "DONE" : "OUR_DISPUTES", cursor, seen: [], examined };
};

const steps: Record<RunRow["phase"], Phase> = {
  INTENTS: intents,
  REFUNDS: paidBack,
  DISPUTES: disputed,
  OUR_PAYMENTS: ourPayments,
  OUR_REFUNDS: ourRefunds,
  OUR_DISPUTES: ourDisputes,
  DONE: async () => ({ phase: "DONE", cursor: null, seen: [], examined: [] }),
};

async function missing(
  { db }: Deps,
  about: Omit<NewFinding, "kind" | "facts"> & { facts: Facts },
  { now }: Moment,
): Promise<Examined> {
  await db.transaction((tx) => recordFinding(tx, { kind: "MISSING_AT_PROVIDER", ...about }, now));
  return "FINDING";
}
