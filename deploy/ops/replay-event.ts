/** `events replay ID`: has the running subgraph try a waiting event once more. */
import { setTimeout as wait } from "node:timers/promises";
import { retrySoon } from "../../kit/events/quarantine.ts";
import type { Command, Invocation } from "./command.ts";
import { OperatorError, withDatabase } from "./subgraph-database.ts";
import { allWaiting, findWaiting, recordAct, type Found } from "./waiting-event.ts";

/** The event as it waits after the subgraph has tried it; null once it has taken effect, undefined when nobody tried in time. */
async function outcomeOf(invocation: Invocation, before: Found): Promise<Found | null | undefined> {
  const giveUp = Date.now() + invocation.settings.OPS_PATIENCE_MS;
  const there = { ...invocation, subgraphs: [before.subgraph] };
  for (;;) {
    const now = (await allWaiting(there)).find(({ eventId }) => eventId === before.eventId);
    if (!now) return null;
    if (now.attempts > before.attempts || now.missingVersion !== null) return now;
    if (Date.now() >= giveUp) return undefined;
    await wait(100);
  }
}

/**
 * The subgraph applies the event itself, with its own settings and handlers; this only makes it due and waits for what comes of it.
 * Exit code 1 when it failed again.
 */
export const replayEvent: Command = async (invocation) => {
  const event = await findWaiting(invocation);
  const { eventId, subgraph } = event;
  await withDatabase(subgraph, invocation.settings, (db) =>
    db.transaction(async (tx) => {
      const now = new Date();
      if (!(await retrySoon(tx, eventId, now))) throw new OperatorError(`${eventId} does not wait in ${subgraph}`);
      await recordAct(tx, "event.replayed", event, now);
    }),
  );
  const after = await outcomeOf(invocation, event);
  const told = (outcome: string, line: string, failed = false) => ({
    value: { eventId, subgraph, outcome },
    lines: [line],
    failed,
  });
  if (after === null) return told("applied", `${eventId} has taken effect in ${subgraph}`);
  if (after === undefined) return told("pending", `${subgraph} has not tried ${eventId} yet: is it running?`);
  if (after.missingVersion !== null)
    return told("parked", `${eventId} waits for version ${after.missingVersion} of ${event.aggregateId}`);
  return told(after.state, `${eventId} failed again in ${subgraph}: ${after.error?.split("\n")[0]}`, true);
};
