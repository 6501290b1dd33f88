/** The record of what support and administrators do; users chains it. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { publish } from "../events/published.ts";

/** Writes the audit entry of a privileged change, in its transaction. */
export async function audit(
  tx: Tx,
  what: { action: string; subjectId: string; detail?: Record<string, unknown> },
  act: { actorId: string; now: Date; traceId: string },
): Promise<void> {
  const auditId = newId("aud");
  const data = { auditId, actorId: act.actorId, at: act.now.toISOString(), ...what };
  await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, act);
}
