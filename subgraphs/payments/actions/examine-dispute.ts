/** Compares one dispute at the provider with ours, and applies the provider's word when no webhook did. */
import { compareDispute } from "../domain/reconciliation.ts";
import { findDispute } from "../db/disputes.ts";
import { recordFinding } from "../db/findings.ts";
import { lockPaymentOfIntent, type Moment } from "../db/payments.ts";
import type { Deps } from "../deps.ts";
import type { ProviderDispute } from "../psp/psp.ts";
import type { Examined } from "./examine-charge.ts";
import { isOpen, type DisputeState } from "../domain/dispute-states.ts";
import { hearDispute } from "./hear-dispute.ts";
import { postDisputeFee } from "./post-dispute-fee.ts";

/** The provider's outcome that our state stands for. */
const outcomeOf = (state: DisputeState) => (isOpen(state) ? "OPENED" : state === "LOST" ? "LOST" : "WON");

/** Examines a dispute under its payment's lock. */
export function examineDispute({ db, settings }: Deps, theirs: ProviderDispute, moment: Moment): Promise<Examined> {
  return db.transaction(async (tx) => {
    const payment = await lockPaymentOfIntent(tx, theirs.intentId);
    const known = await findDispute(tx, theirs.id);
    const verdict = compareDispute(theirs, known && { ...known, state: outcomeOf(known.state) }, payment !== null);
    // The fee may have been told only after the last webhook that was heard.
    if (verdict.is === "AGREES")
      return payment && (await postDisputeFee(tx, payment, theirs, moment)) ? "REPAIRED" : "AGREES";
    if (verdict.is === "REPAIR") {
      await hearDispute(tx, theirs, settings, moment);
      return "REPAIRED";
    }
    const { kind, facts } = verdict;
    const about = { subject: theirs.id, paymentId: payment?.id ?? null, refundId: null };
    await recordFinding(tx, { kind, facts, ...about }, moment.now);
    return "FINDING";
  });
}
