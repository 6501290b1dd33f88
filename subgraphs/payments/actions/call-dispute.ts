/** Sends the provider what was decided about a dispute, and applies its answer. */
import type { FiredTimer } from "../../../kit/events/timers.ts";
import { withAttention } from "../domain/dispute-attention.ts";
import { findDispute, lockDispute, moveDispute } from "../db/disputes.ts";
import type { Deps } from "../deps.ts";
import type { ProviderDispute } from "../psp/psp.ts";
import type { Refusal } from "../psp/refusal.ts";
import { sentEvidence } from "./answer-dispute.ts";
import { hearDispute } from "./hear-dispute.ts";

type Timer = Pick<FiredTimer, "key" | "traceId">;

/**
 * Timer handler. Throws when the outcome is unknown: the next try has the key that was stored before the first. A refusal
 * may mean that the bank has decided already: the provider's dispute shows that. Otherwise it is open again, and support is asked.
 */
export async function callDispute({ key, traceId }: Timer, deps: Deps): Promise<void> {
  const dispute = await findDispute(deps.db, key);
  if (!dispute?.callKey) return;
  const answer =
    dispute.state === "SENDING"
      ? await deps.psp.submitEvidence(key, await sentEvidence(deps.db, key), dispute.callKey)
      : await deps.psp.closeDispute(key, dispute.callKey);
  const current = "refused" in answer ? await deps.psp.lookUpDispute(key) : answer;
  const moment = { now: deps.clock.now(), traceId };
  await deps.db.transaction(async (tx) => {
    if (current) await hearDispute(tx, current, deps.settings, moment);
    if (!refusedFor(answer, current)) return;
    const row = await lockDispute(tx, key);
    if (row?.callKey !== dispute.callKey) return;
    const attention = withAttention({ state: "OPENED", attention: row.attention }, "EVIDENCE_REFUSED");
    await moveDispute(tx, row, "OPENED", { failure: answer.code, attention });
  });
}

const refusedFor = (answer: ProviderDispute | Refusal, current: ProviderDispute | null): answer is Refusal =>
  "refused" in answer && (current === null || (current.outcome === "OPENED" && !current.underReview));
