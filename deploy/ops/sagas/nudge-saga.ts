/** `sagas nudge ORDER`: has the running subgraphs try again what they can safely do twice. Changes no state itself. */
import type { Tx } from "../../../kit/database/db.ts";
import { retrySoon } from "../../../kit/events/quarantine.ts";
import { runSoon, schedule } from "../../../kit/events/timers.ts";
import { subgraphNames, type SubgraphName } from "../../../schema/subgraphs.ts";
import type { Command } from "../command.ts";
import { recordOperation } from "../record-operation.ts";
import { withDatabase } from "../subgraph-database.ts";
import { orderOf } from "./explain-saga.ts";
import { readSaga, type Saga } from "./read-saga.ts";
import { sagaRules } from "./rules.ts";
import { waitsFor } from "./waits-for.ts";

/** One thing to do in one subgraph. `act` answers false when there was nothing to do any more. */
type Nudge = { subgraph: SubgraphName; what: string; act: (tx: Tx, now: Date) => Promise<boolean> };

const set = (subgraph: SubgraphName, name: string, key: string, at: Date): Nudge => ({
  subgraph,
  what: `set the timer ${name} for ${at.toISOString()}`,
  act: async (tx) => {
    await schedule(tx, { name, key, dueAt: at });
    return true;
  },
});

/** Timers that are due and back off: every handler looks at the state again, so one run more does no harm. */
const failedTimers = ({ timers }: Saga, now: Date): Nudge[] =>
  timers
    .filter(({ error, dueAt }) => error !== null && dueAt <= now)
    .map(({ subgraph, name, key }) => ({
      subgraph,
      what: `run the timer ${name} now`,
      act: (tx, at) => runSoon(tx, { name, key }, at),
    }));

/** Timers that the state needs and that are not there. What is not due stays so: a nudge shortens nobody's time. */
function lostTimers({ order, payment, delivery, timers }: Saga, now: Date): Nudge[] {
  const has = (subgraph: SubgraphName, name: string) =>
    timers.some((timer) => timer.subgraph === subgraph && timer.name === name);
  const lost: Nudge[] = [];
  const { orderId, deadline } = order;
  // A scheduled order that was sent to payments waits for their answer, no more for its time.
  const name =
    order.state === "SCHEDULED" && order.dueAt !== null ? "authorization-timeout" : sagaRules[order.state]?.timer;
  if (name && deadline !== null && !has("orders", name))
    lost.push(set("orders", name, orderId, deadline > now ? deadline : now));
  if (payment?.live && !has("payments", "payment.call"))
    lost.push(set("payments", "payment.call", payment.paymentId, now));
  if (delivery?.state === "PENDING" && !has("delivery", "delivery.describe"))
    lost.push(set("delivery", "delivery.describe", delivery.deliveryId, now));
  if (delivery?.state === "SEARCHING") lost.push(set("delivery", "delivery.match", "all", now));
  return lost;
}

/** Waiting events whose turn it is; the inbox knows what took effect, so none does so twice. */
const waitingEvents = ({ waiting }: Saga): Nudge[] =>
  waiting
    .filter(({ missingVersion }) => missingVersion === null)
    .map(({ subgraph, eventId, type }) => ({
      subgraph,
      what: `try ${type} (${eventId}) again`,
      act: (tx, at) => retrySoon(tx, eventId, at),
    }));

/** Does what can be done, subgraph by subgraph, each with an audit entry in its own transaction; exit code 0 also when there is nothing to do. */
export const nudgeSaga: Command = async (invocation) => {
  const orderId = orderOf(invocation);
  const { settings } = invocation;
  const now = new Date();
  const saga = await readSaga(settings, orderId);
  const isLive = saga.order.deadline !== null;
  const nudges = [...failedTimers(saga, now), ...(isLive ? lostTimers(saga, now) : []), ...waitingEvents(saga)];
  const done: { subgraph: SubgraphName; what: string }[] = [];
  for (const subgraph of subgraphNames) {
    const here = nudges.filter((nudge) => nudge.subgraph === subgraph);
    if (here.length === 0) continue;
    const acts = await withDatabase(subgraph, settings, (db) =>
      db.transaction(async (tx) => {
        const did: string[] = [];
        for (const { what, act } of here) if (await act(tx, now)) did.push(what);
        if (did.length > 0)
          await recordOperation(
            tx,
            subgraph,
            { action: "saga.nudged", subjectId: orderId, detail: { subgraph, did } },
            now,
          );
        return did;
      }),
    );
    done.push(...acts.map((what) => ({ subgraph, what })));
  }
  const sentence = waitsFor(saga, now);
  const lines = done.map(({ subgraph, what }) => `${subgraph.padEnd(9)} ${what}`);
  return {
    value: { orderId, done, waitedFor: sentence },
    lines: lines.length > 0 ? lines : [`nothing to do again for ${orderId}: ${sentence}`],
  };
};
