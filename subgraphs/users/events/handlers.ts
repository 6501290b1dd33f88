/** What users does on events: it chains the privileged changes of the whole platform. */
import { randomBytes } from "node:crypto";
import type { Tx } from "../../../kit/database/db.ts";
import type { Event } from "../../../kit/events/event.ts";
import type { EventData } from "../../../schema/events.ts";
import { scheduleAnchor } from "../actions/anchor-audit.ts";
import type { Deps } from "../deps.ts";
import { hasEntry, insertEntry, lockHead } from "../db/audit.ts";
import { append } from "../domain/audit-chain.ts";

/** Appends one privileged change, and has the new end noted soon; the same audit id a second time changes nothing. */
export async function chainAudit(
  tx: Tx,
  event: Event<"audit.recorded.v1", EventData<"audit.recorded.v1">>,
  context: Pick<Deps, "secrets" | "settings"> & { now: Date },
): Promise<void> {
  const head = await lockHead(tx);
  const { auditId, at, detail, ...change } = event.data;
  if (await hasEntry(tx, auditId)) return;
  const content = {
    ...change,
    id: auditId,
    source: event.source,
    at: new Date(at).toISOString(),
    detail: detail ?? null,
  };
  const next = append(context.secrets.audit, head, content, randomBytes(16).toString("hex"));
  await insertEntry(tx, next.entry, next.head);
  await scheduleAnchor(tx, { now: context.now, everyMs: context.settings.AUDIT_ANCHOR_MS });
}

/** The topics that users takes. */
export const topics = ["audit"] as const;

/** Handlers by event type. */
export const handlers = { "audit.recorded.v1": chainAudit };
