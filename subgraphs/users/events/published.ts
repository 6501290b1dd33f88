/** The events of users. */
import { createPublisher, type PublishContext } from "../../../kit/events/outbox.ts";
import { newId } from "../../../kit/id.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { events } from "../../../schema/events.ts";

/** Writes an event of users in the transaction of its change. */
export const publish = createPublisher(events, "users");

/** A privileged change: `actorId` did `action` to `subjectId`. `detail` never holds personal data. */
export type Audited = { actorId: string; action: string; subjectId: string; detail?: Record<string, unknown> };

/** Records a privileged change, to be chained. */
export async function publishAudit(tx: Tx, change: Audited, context: PublishContext): Promise<void> {
  const auditId = newId("aud");
  await publish(
    tx,
    { type: "audit.recorded.v1", aggregateId: auditId, data: { auditId, at: context.now.toISOString(), ...change } },
    context,
  );
}
