/** Tells the audit log of what a person with privileges did. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import type { Moment } from "../db/payments.ts";
import { publish } from "../events/published.ts";

/** Who did what to what; `detail` is plain JSON without personal data. */
export type AuditedAct = { actorId: string; action: string; subjectId: string; detail: Record<string, unknown> };

/** Publishes the act in the transaction of its change; answers the id of the audit entry. */
export async function recordAudit(tx: Tx, act: AuditedAct, moment: Moment): Promise<string> {
  const auditId = newId("aud");
  const data = { auditId, ...act, at: moment.now.toISOString() };
  await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, moment);
  return auditId;
}
