/** Applies the provider's word on a dispute; opening and closing may come in any order, each takes effect once. */
import type { Tx } from "../../../kit/db.ts";
import { canMove, refundedState } from "../domain/payment-states.ts";
import { entriesOf } from "../domain/postings.ts";
import { closeDispute, findDispute, insertDispute, openDispute } from "../db/disputes.ts";
import { post } from "../db/ledger.ts";
import { lockPaymentOfIntent, movePayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { ProviderDispute } from "../psp/psp.ts";
import { drive } from "./drive-payment.ts";
import { observe } from "./observe-intent.ts";
import { postDisputeFee } from "./post-dispute-fee.ts";
import { giveUpPending } from "./settle-refund.ts";
import { writeOffLost } from "./write-off-lost.ts";

/** Posts what the bank took or gave back and what the provider keeps for it, and moves the payment between what it was and DISPUTED. A lost one stays DISPUTED. */
export async function hearDispute(tx: Tx, dispute: ProviderDispute, moment: Moment): Promise<void> {
  const locked = await lockPaymentOfIntent(tx, dispute.intentId);
  if (!locked) return;
  const payment = await charged(tx, locked, moment);
  const known = await findDispute(tx, dispute.id);
  const disputed = known ? payment : await opened(tx, payment, dispute, moment);
  await postDisputeFee(tx, payment, dispute, moment);
  if (dispute.outcome === "OPENED" || (known && known.state !== "OPENED")) return;
  await closeDispute(tx, dispute.id, dispute.outcome, moment.now);
  if (dispute.outcome === "WON") return won(tx, disputed, dispute, moment);
  await writeOffLost(tx, await drive(tx, await giveUpPending(tx, disputed, moment), moment), moment);
}

/** Only money that was taken can be disputed: the answer to its capture is still on its way, or was lost. */
function charged(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const { providerIntentId: id, amountMinor, currency, tryNumber } = payment;
  if (payment.state !== "CAPTURING" || id === null) return Promise.resolve(payment);
  return observe(
    tx,
    payment,
    { id, status: "CAPTURED", amountMinor, currency, nextActionUrl: null, failure: null, tryNumber },
    moment,
  );
}

async function opened(tx: Tx, payment: PaymentRow, dispute: ProviderDispute, moment: Moment): Promise<PaymentRow> {
  const { id, amountMinor } = dispute;
  await insertDispute(tx, { id, paymentId: payment.id, amountMinor, state: "OPENED", openedAt: moment.now });
  await postDispute(tx, payment, "dispute-opened", dispute, moment);
  if (!canMove(payment.state, "DISPUTED")) return payment;
  return drive(tx, await movePayment(tx, payment, "DISPUTED", {}, moment), moment);
}

async function won(tx: Tx, payment: PaymentRow, dispute: ProviderDispute, moment: Moment): Promise<void> {
  await postDispute(tx, payment, "dispute-won", dispute, moment);
  if (payment.state !== "DISPUTED" || (await openDispute(tx, payment.id))) return;
  const to = refundedState(payment.capturedMinor, payment.refundedMinor);
  await drive(tx, await movePayment(tx, payment, to, {}, moment), moment);
}

async function postDispute(
  tx: Tx,
  { orderId, currency, restaurantId }: PaymentRow,
  kind: "dispute-opened" | "dispute-won",
  { id: reference, amountMinor }: ProviderDispute,
  moment: Moment,
): Promise<void> {
  const entries = entriesOf(kind, { amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind, reference, orderId, currency, entries }, moment);
}
