/** Somebody of support decides on what the reconciler found; audited, and nothing else: money is moved by its own operations. */
import { isId, newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { closeFinding, findFinding } from "../db/findings.ts";
import type { FindingRow } from "../db/reconciliation-tables.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";

export type ResolveProblem =
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "NOT_FOUND" }
  | { tag: "RESOLVED_BEFORE"; finding: FindingRow };

/** Resolves an open finding; `resolution` says in 3 to 500 characters what was done about it. */
export async function resolveFinding(
  { db, clock }: Deps,
  actorId: string,
  input: { findingId: string; resolution: string },
  traceId: string,
): Promise<Result<FindingRow, ResolveProblem>> {
  const { findingId } = input;
  const resolution = input.resolution.trim();
  if (resolution.length < 3 || resolution.length > 500) {
    return err({ tag: "INVALID", field: "resolution", message: "Say in 3 to 500 characters what was done." });
  }
  if (!isId("fnd", findingId)) return err({ tag: "NOT_FOUND" });
  const moment = { now: clock.now(), traceId };
  return db.transaction(async (tx) => {
    const by = { resolvedAt: moment.now, resolvedBy: actorId, resolution };
    const closed = await closeFinding(tx, findingId, by);
    if (!closed) {
      const finding = await findFinding(tx, findingId);
      return err(finding ? { tag: "RESOLVED_BEFORE", finding } : { tag: "NOT_FOUND" });
    }
    const auditId = newId("aud");
    const { kind, subject } = closed;
    const entry = { auditId, actorId, action: "reconciliation.resolve", subjectId: findingId };
    const data = { ...entry, at: moment.now.toISOString(), detail: { kind, subject, resolution } };
    await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, moment);
    return ok(closed);
  });
}
