/** How the order stands in the books. */
import { until, type Ask } from "./graphql.ts";

/** The order's entries in the ledger, once its completion is posted. */
export async function settled(
  admin: Ask,
  orderId: string,
  patienceMs: number,
): Promise<{ ledgerSum: number; ledgerEntries: number }> {
  type View = {
    ledgerOfOrder: { sums: { sumMinor: number; entries: number }[]; transactions: unknown[] } | null;
    ledgerBalance: { sumMinor: number }[];
  };
  const view = await until(
    "the ledger to settle the order",
    patienceMs,
    () =>
      admin<View>(
        `query Ledger($orderId: ID!) { ledgerOfOrder(orderId: $orderId) { sums { sumMinor entries } transactions { id } } ledgerBalance { sumMinor } }`,
        { orderId },
      ),
    (value) => (value.ledgerOfOrder?.transactions.length ?? 0) >= 2,
  );
  const sums = [...(view.ledgerOfOrder?.sums ?? []), ...view.ledgerBalance];
  return {
    ledgerSum: sums.reduce((sum, each) => sum + Math.abs(each.sumMinor), 0),
    ledgerEntries: view.ledgerOfOrder?.sums.reduce((sum, each) => sum + each.entries, 0) ?? 0,
  };
}
