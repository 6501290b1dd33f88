/** The resolver map of payments. */
import type { Resolvers } from "../generated/resolvers.ts";
import { Courier, Order, Restaurant } from "./contributed.ts";
import { ReconciliationFinding, resolveFinding } from "./finding.ts";
import { OrderLedger } from "./ledger.ts";
import { holdPayoutAccount, releasePayoutAccount, retryPayout, suspendPayoutAccount } from "./govern-payouts.ts";
import { Payment } from "./payment.ts";
import { Payout, PayoutAccount } from "./payout.ts";
import { Statement, StatementLineFields } from "./statement.ts";
import { TrialBalance, TrialBalanceLine } from "./trial-balance.ts";
import { Query } from "./query.ts";
import { acceptDispute, giveDisputeEvidence, sendDisputeEvidence, setDisputeFault } from "./answer-dispute.ts";
import { Dispute } from "./dispute.ts";
import { Invoice } from "./invoice.ts";
import { Refund } from "./refund.ts";
import { payOrder } from "./pay-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { requestInstantPayout } from "./request-instant-payout.ts";
import { writeOffPayoutAccount } from "./write-off-payout-account.ts";

/** Everything that the contract needs resolved. */
export const resolvers: Resolvers = {
  Query,
  Mutation: {
    payOrder,
    refundPayment,
    resolveFinding,
    giveDisputeEvidence,
    sendDisputeEvidence,
    acceptDispute,
    setDisputeFault,
    requestInstantPayout,
    holdPayoutAccount,
    suspendPayoutAccount,
    releasePayoutAccount,
    writeOffPayoutAccount,
    retryPayout,
  },
  Payout,
  PayoutAccount,
  Payment,
  Refund,
  Dispute,
  Invoice,
  Order,
  Restaurant,
  Courier,
  OrderLedger,
  Statement,
  StatementLine: StatementLineFields,
  TrialBalance,
  TrialBalanceLine,
  ReconciliationFinding,
};
