/** `events skip ID`: gives a quarantined event up, so that its successors can take effect. */
import { giveUp } from "../../kit/events/quarantine.ts";
import type { Command } from "./command.ts";
import { OperatorError, withDatabase } from "./subgraph-database.ts";
import { findWaiting, recordAct } from "./waiting-event.ts";

/** Throws one line when the event is not quarantined, or not the next of its aggregate. */
export const skipEvent: Command = async (invocation) => {
  const event = await findWaiting(invocation);
  const { eventId, subgraph, aggregateId } = event;
  await withDatabase(subgraph, invocation.settings, (db) =>
    db.transaction(async (tx) => {
      const now = new Date();
      if (!(await giveUp(tx, eventId, now)))
        throw new OperatorError(`${eventId} is not the next quarantined event of ${aggregateId}: it stays`);
      await recordAct(tx, "event.skipped", event, now);
    }),
  );
  return {
    value: { eventId, subgraph, outcome: "skipped" },
    lines: [`${eventId} is given up; ${subgraph} goes on with what waited for it`],
  };
};
