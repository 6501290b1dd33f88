/** Finds the one event that a command is about, and records what was done to it. */
import type { Tx } from "../../kit/database/db.ts";
import { waitingEvents, type WaitingEvent } from "../../kit/events/quarantine.ts";
import type { SubgraphName } from "../../schema/subgraphs.ts";
import type { Invocation } from "./command.ts";
import { recordOperation } from "./record-operation.ts";
import { withDatabase } from "./subgraph-database.ts";

/** A waiting event and where it waits. */
export type Found = WaitingEvent & { readonly subgraph: SubgraphName };

/** What waits in these subgraphs, in the order of their list. */
export async function allWaiting({ settings, subgraphs }: Invocation): Promise<Found[]> {
  const found = await Promise.all(
    subgraphs.map(async (subgraph) =>
      (await withDatabase(subgraph, settings, waitingEvents)).map((event) => ({ ...event, subgraph })),
    ),
  );
  return found.flat();
}

/** The event that the command names. Throws one line when it names none, none waits, or it waits in several subgraphs. */
export async function findWaiting(invocation: Invocation): Promise<Found> {
  const [eventId, ...more] = invocation.words;
  if (eventId === undefined || more.length > 0) throw new Error("name one event by its id: evt_…");
  const found = (await allWaiting(invocation)).filter((event) => event.eventId === eventId);
  const [event] = found;
  if (!event) throw new Error(`${eventId} does not wait in ${invocation.subgraphs.join(", ")}`);
  if (found.length > 1)
    throw new Error(
      `${eventId} waits in ${found.map(({ subgraph }) => subgraph).join(" and ")}: choose one by --subgraph`,
    );
  return event;
}

/** Writes the audit entry of what was done to an event. */
export async function recordAct(tx: Tx, action: "event.replayed" | "event.skipped", event: Found, now: Date) {
  const { eventId, type, aggregateId, aggregateVersion, subgraph } = event;
  const detail = { subgraph, type, aggregateId, aggregateVersion };
  await recordOperation(tx, subgraph, { action, subjectId: eventId, detail }, now);
}
