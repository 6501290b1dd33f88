/** The resolver map of payments. */
import type { Resolvers } from "../generated/resolvers.ts";
import { Courier, Order, Restaurant } from "./contributed.ts";
import { OrderLedger } from "./ledger.ts";
import { Payment } from "./payment.ts";
import { Statement, StatementLineFields } from "./statement.ts";
import { TrialBalance, TrialBalanceLine } from "./trial-balance.ts";
import { Query } from "./query.ts";
import { Dispute, Refund } from "./refund.ts";
import { refundPayment } from "./refund-payment.ts";

/** Everything that the contract needs resolved. */
export const resolvers: Resolvers = {
  Query,
  Mutation: { refundPayment },
  Payment,
  Refund,
  Dispute,
  Order,
  Restaurant,
  Courier,
  OrderLedger,
  Statement,
  StatementLine: StatementLineFields,
  TrialBalance,
  TrialBalanceLine,
};
