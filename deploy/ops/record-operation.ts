/** The record of what operators do. */
import type { Tx } from "../../kit/database/db.ts";
import { newId } from "../../kit/id.ts";
import { createPublisher } from "../../kit/events/outbox.ts";
import { traceIdOf } from "../../kit/server/trace.ts";
import { events } from "../../schema/events.ts";
import type { SubgraphName } from "../../schema/subgraphs.ts";

/** Writes the audit entry of an operator's act, in its transaction; users chains it. Nobody is signed in here, so it has no actor. */
export async function recordOperation(
  tx: Tx,
  subgraph: SubgraphName,
  what: { action: string; subjectId: string; detail: Record<string, unknown> },
  now: Date,
): Promise<void> {
  const auditId = newId("aud");
  const data = { auditId, actorId: null, at: now.toISOString(), ...what };
  await createPublisher(events, subgraph)(
    tx,
    { type: "audit.recorded.v1", aggregateId: auditId, data },
    { now, traceId: traceIdOf(undefined) },
  );
}
