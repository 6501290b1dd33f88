/** What is done about a dispute: the evidence of each side is kept, support sends it or gives the dispute up, a timer calls the provider. */
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { alertsAt, withAttention } from "../domain/dispute-attention.ts";
import { evidenceProblem, mergeEvidence, type Contribution, type EvidenceTexts } from "../domain/dispute-evidence.ts";
import { isOpen, type DisputeState } from "../domain/dispute-states.ts";
import type { Fault } from "../domain/fault-policy.ts";
import { evidenceOf, lockDispute, moveDispute, patchDispute, putEvidence } from "../db/disputes.ts";
import type { Moment } from "../db/payments.ts";
import type { DisputeRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";
import { badReason, isReason, type Actor } from "./govern-payouts.ts";
import { alertTimer, alertTimes } from "./hear-dispute.ts";
import { recordAudit } from "./record-audit.ts";

/** Name of the timer that makes the call of a dispute that is SENDING or ACCEPTING; its key is the dispute's id. */
export const disputeCallTimer = "dispute.call";

export type DisputeProblem =
  | { tag: "NOT_FOUND" }
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "NOT_OPEN"; state: DisputeState }
  | { tag: "TOO_LATE"; until: Date }
  | { tag: "NO_EVIDENCE" };

type Outcome = Promise<Result<DisputeRow, DisputeProblem>>;
type Timer = Pick<FiredTimer, "key" | "traceId">;

/** Keeps one side's evidence in place of what it gave before. The restaurant has until `restaurantUntil`, support until it is sent. */
export async function giveEvidence(
  { db, clock }: Deps,
  { actorId, traceId }: Actor,
  disputeId: string,
  { contributor, texts, links }: Contribution,
): Outcome {
  const problem = evidenceProblem(texts, links);
  if (problem) return err({ tag: "INVALID", ...problem });
  const moment = { now: clock.now(), traceId };
  return db.transaction(async (tx) => {
    const dispute = await lockDispute(tx, disputeId);
    if (!dispute) return err({ tag: "NOT_FOUND" });
    if (dispute.state !== "OPENED") return err({ tag: "NOT_OPEN", state: dispute.state });
    const until = contributor === "RESTAURANT" ? dispute.restaurantUntil : dispute.evidenceDueAt;
    if (until !== null && moment.now >= until) return err({ tag: "TOO_LATE", until });
    await putEvidence(tx, { disputeId, contributor, texts, links, givenBy: actorId, givenAt: moment.now });
    const action = "dispute.give-evidence";
    await recordAudit(tx, { actorId, action, subjectId: disputeId, detail: { contributor } }, moment);
    return ok(dispute);
  });
}

/** Has the evidence sent as it is; the same again changes nothing. */
export const sendEvidence = (deps: Deps, actor: Actor, disputeId: string): Outcome =>
  acting(deps, actor, disputeId, async (tx, dispute, moment) => {
    if (dispute.state === "SENDING" || dispute.state === "UNDER_REVIEW") return ok(dispute);
    if (dispute.state !== "OPENED") return err({ tag: "NOT_OPEN", state: dispute.state });
    if (mergeEvidence(await evidenceOf(tx, disputeId)) === null) return err({ tag: "NO_EVIDENCE" });
    await audit(tx, actor, "dispute.send-evidence", disputeId, {}, moment);
    return ok(await begin(tx, dispute, "SENDING", moment));
  });

/** Gives the dispute up; the same again changes nothing. */
export async function acceptDispute(deps: Deps, actor: Actor, disputeId: string, reason: string): Outcome {
  if (!isReason(reason)) return err(badReason);
  return acting(deps, actor, disputeId, async (tx, dispute, moment) => {
    if (dispute.state === "ACCEPTING") return ok(dispute);
    if (dispute.state !== "OPENED") return err({ tag: "NOT_OPEN", state: dispute.state });
    await audit(tx, actor, "dispute.accept", disputeId, { reason: reason.trim() }, moment);
    return ok(await begin(tx, dispute, "ACCEPTING", moment));
  });
}

/** Names whose fault a dispute is, on whom it falls if it is lost; until the bank has decided. */
export async function setDisputeFault(
  deps: Deps,
  actor: Actor,
  disputeId: string,
  { fault, reason }: { fault: Fault; reason: string },
): Outcome {
  if (!isReason(reason)) return err(badReason);
  return acting(deps, actor, disputeId, async (tx, dispute, moment) => {
    if (!isOpen(dispute.state)) return err({ tag: "NOT_OPEN", state: dispute.state });
    if (dispute.fault === fault) return ok(dispute);
    await audit(tx, actor, "dispute.set-fault", disputeId, { fault, reason: reason.trim() }, moment);
    return ok(await patchDispute(tx, disputeId, { fault }));
  });
}

type Act = (tx: Tx, dispute: DisputeRow, moment: Moment) => Outcome;

const acting = ({ db, clock }: Deps, { traceId }: Actor, disputeId: string, act: Act): Outcome =>
  db.transaction(async (tx) => {
    const dispute = await lockDispute(tx, disputeId);
    return dispute ? act(tx, dispute, { now: clock.now(), traceId }) : err({ tag: "NOT_FOUND" });
  });

async function audit(tx: Tx, { actorId }: Actor, action: string, subjectId: string, detail: object, moment: Moment) {
  await recordAudit(tx, { actorId, action, subjectId, detail: { ...detail } }, moment);
}

/** Stores the key of the call and sets the timer that makes it. */
async function begin(tx: Tx, dispute: DisputeRow, to: "SENDING" | "ACCEPTING", { now, traceId }: Moment) {
  const callKey = `${dispute.id}:${to.toLowerCase()}:${newId("evt")}`;
  const moved = await moveDispute(tx, dispute, to, { callKey, failure: null });
  await schedule(tx, { name: disputeCallTimer, key: dispute.id, dueAt: now, traceId });
  return moved;
}

/** Timer handler: raises the alerts that are due, and comes back for the next. */
export async function alertOfDispute({ key, traceId }: Timer, { db, clock, settings }: Deps): Promise<void> {
  const now = clock.now();
  await db.transaction(async (tx) => {
    const dispute = await lockDispute(tx, key);
    if (dispute?.state !== "OPENED" || dispute.evidenceDueAt === null) return;
    const { evidenceDueAt: dueAt, paymentId, restaurantId } = dispute;
    const { due, next } = alertsAt(dueAt, now, alertTimes(settings));
    const fresh = due.filter((reason) => !dispute.attention?.includes(reason));
    const attention = fresh.reduce(
      (reasons, reason) => withAttention({ state: "OPENED", attention: reasons }, reason),
      dispute.attention,
    );
    await patchDispute(tx, key, { attention });
    const data = { disputeId: key, paymentId, restaurantId, dueAt: dueAt.toISOString() };
    for (const alert of fresh)
      await publish(
        tx,
        { type: "dispute.evidence-due.v1", aggregateId: key, data: { ...data, alert } },
        { now, traceId },
      );
    if (next !== null) await schedule(tx, { name: alertTimer, key, dueAt: next, traceId });
  });
}

/** Timer handler: the provider's date is near; what there is of evidence is sent, and without any the dispute is given up. */
export async function evidenceDue({ key, traceId }: Timer, { db, clock }: Deps): Promise<void> {
  await db.transaction(async (tx) => {
    const dispute = await lockDispute(tx, key);
    if (dispute?.state !== "OPENED") return;
    const hasSome = mergeEvidence(await evidenceOf(tx, key)) !== null;
    await begin(tx, dispute, hasSome ? "SENDING" : "ACCEPTING", { now: clock.now(), traceId });
  });
}

/** What is sent to the provider. */
export const sentEvidence = async (tx: Tx | Deps["db"], disputeId: string): Promise<EvidenceTexts> =>
  mergeEvidence(await evidenceOf(tx, disputeId)) ?? {};
