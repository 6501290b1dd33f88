/** Root queries of payments. */
import type { QueryResolvers } from "../generated/resolvers.ts";
import { ledgerOfOrder, ledgerSums, personalData } from "../db/queries.ts";
import { personalPayouts } from "../db/payout-queries.ts";
import { paymentById, visible } from "./access.ts";
import { disputes } from "./dispute.ts";
import { invoice } from "./invoice.ts";
import { flaggedPayouts } from "./payout.ts";
import { reconciliationFindings } from "./finding.ts";
import { flaggedRefunds } from "./refund.ts";
import { trialBalance } from "./trial-balance.ts";

export const Query: QueryResolvers = {
  payment: async (_, { id }, context) => visible(context, await paymentById(context).load(id)),
  ledgerBalance: (_, __, { db }) => ledgerSums(db),
  ledgerOfOrder: async (_, { orderId }, { db }) => {
    const transactions = await ledgerOfOrder(db, orderId);
    return transactions.length > 0 ? { transactions } : null;
  },
  flaggedRefunds,
  flaggedPayouts,
  disputes,
  invoice,
  trialBalance,
  reconciliationFindings,
  paymentsPersonalData: async (_, { userId }, { db }) => ({
    ...(await personalData(db, userId)),
    payouts: await personalPayouts(db, userId),
  }),
};
