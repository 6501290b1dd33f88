/** What payments does when its timers fire, and the ones that run from the first start on. */
import type { TimerHandlers } from "../../kit/events/timers.ts";
import { beginClosing, closeNextDay, closeTimer } from "./actions/close-day.ts";
import { callProvider, checkPayment } from "./actions/call-provider.ts";
import { alertOfDispute, disputeCallTimer, evidenceDue } from "./actions/answer-dispute.ts";
import { callDispute } from "./actions/call-dispute.ts";
import { alertTimer, dueTimer } from "./actions/hear-dispute.ts";
import { beginInvoicing, invoiceTimer, issueInvoices } from "./actions/issue-invoices.ts";
import { letGo } from "./actions/let-go.ts";
import { checkTimer } from "./actions/observe-intent.ts";
import { forgetCustomer, forgetTimer } from "./actions/provider-customer.ts";
import { lookAtPayoutAccount, weeklyTimer } from "./actions/open-payout-account.ts";
import { payWeekly } from "./actions/pay-weekly.ts";
import { feeTimer, postFee } from "./actions/post-fee.ts";
import { beginReconciling, reconcile } from "./actions/reconcile.ts";
import { refundTimer } from "./actions/request-refund.ts";
import { sendPayout } from "./actions/send-payout.ts";
import { sendRefund } from "./actions/send-refund.ts";
import { callTimer } from "./db/payments.ts";
import { letGoTimer } from "./db/tries.ts";
import { reconcileTimer } from "./db/reconciliation.ts";
import { payoutAccountTimer } from "./db/payout-accounts.ts";
import { payoutTimer } from "./db/payouts.ts";
import type { Deps } from "./deps.ts";

/** By the name of the timer. */
export const timers: TimerHandlers<Deps> = {
  [closeTimer]: closeNextDay,
  [invoiceTimer]: issueInvoices,
  [reconcileTimer]: reconcile,
  [callTimer]: callProvider,
  [checkTimer]: checkPayment,
  [letGoTimer]: letGo,
  [alertTimer]: alertOfDispute,
  [dueTimer]: evidenceDue,
  [disputeCallTimer]: callDispute,
  [feeTimer]: postFee,
  [refundTimer]: sendRefund,
  [forgetTimer]: forgetCustomer,
  [payoutAccountTimer]: lookAtPayoutAccount,
  [weeklyTimer]: payWeekly,
  [payoutTimer]: sendPayout,
};

/** Sets the timers that no event sets: closing days, issuing invoices, comparing with the provider. */
export async function beginTimers({ db, clock, settings }: Pick<Deps, "db" | "clock" | "settings">): Promise<void> {
  await beginClosing(db, { clock, settings });
  await beginInvoicing(db, { clock });
  await beginReconciling(db, { clock, settings });
}
