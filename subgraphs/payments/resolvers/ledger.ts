/** Fields of an order's ledger that are added up from its lines. */
import type { OrderLedgerResolvers } from "../generated/resolvers.ts";

export const OrderLedger: OrderLedgerResolvers = {
  sums: ({ transactions }) => {
    const sums = new Map<string, { currency: string; sumMinor: number; entries: number }>();
    for (const { amount } of transactions.flatMap(({ entries }) => entries)) {
      const { currency } = amount;
      const sum = sums.get(currency) ?? { currency, sumMinor: 0, entries: 0 };
      sums.set(currency, { currency, sumMinor: sum.sumMinor + amount.amount, entries: sum.entries + 1 });
    }
    return [...sums.values()];
  },
};
