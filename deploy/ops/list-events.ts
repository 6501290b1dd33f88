/** `events list`: what waits in the inboxes, and why. */
import type { Command } from "./command.ts";
import { allWaiting, type Found } from "./waiting-event.ts";

function why({ attempts, error, missingVersion }: Found): string {
  if (missingVersion !== null) return `waits for version ${missingVersion}`;
  return `${attempts} tries: ${error?.split("\n")[0]?.slice(0, 160) ?? "not tried yet"}`;
}

/** Lists parked and quarantined events; exit code 0 whether there are any or not. */
export const listEvents: Command = async (invocation) => {
  if (invocation.words.length > 0) throw new Error(`events list takes no ${invocation.words[0]}`);
  const found = await allWaiting(invocation);
  const lines = found.map(
    (event) =>
      `${event.subgraph.padEnd(9)} ${event.state.padEnd(11)} ${event.eventId}  ${event.type} of ${event.aggregateId} (version ${event.aggregateVersion}) since ${event.parkedAt.toISOString()}, ${why(event)}`,
  );
  return { value: { events: found }, lines: lines.length > 0 ? lines : ["no event waits"] };
};
