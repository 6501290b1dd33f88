/** Invariant 1: every ledger transaction, and the whole ledger per currency, sums to 0, at every read. */
import { orderKey, type Evidence } from "./evidence.ts";
import { sum, type Say } from "./violation.ts";

/** What the provider keeps of charges and for disputes: no part of what it holds for an order. */
const providerFees = new Set(["psp-fee", "dispute-fee"]);

/** Sum of the absolute sums per currency. */
export function ledgerSum({ entries }: Evidence): number {
  const byCurrency = Map.groupBy(entries, (entry) => String(entry["currency"]));
  return sum([...byCurrency.values()].map((rows) => Math.abs(sum(rows.map((row) => Number(row["amount_minor"]))))));
}

/** Checks sums, and that what the clearing account says of an order is what the provider says. */
export function checkLedgerBalances(evidence: Evidence, say: Say): void {
  const { entries, emptyTransactions, told, orders, provider } = evidence;
  const byTransaction = Map.groupBy(entries, (entry) => `${entry["transaction_id"]} ${entry["currency"]}`);
  for (const [transaction, rows] of byTransaction) {
    const total = sum(rows.map((row) => Number(row["amount_minor"])));
    if (total !== 0) say(String(rows[0]!["order_id"]), `ledger transaction ${transaction} sums to ${total}`);
  }
  for (const transaction of emptyTransactions) say(null, `ledger transaction ${transaction} has no entries`);
  if (ledgerSum(evidence) !== 0) say(null, `the ledger sums to ${ledgerSum(evidence)}`);
  for (const { kind, sums, at } of told)
    if (kind === "ledger" && (sums as number[]).some((each) => each !== 0))
      say(null, `an administrator read ledger sums ${String(sums)} at ${at}`);
  const clearing = Map.groupBy(
    entries.filter((entry) => entry["account"] === "psp_clearing" && !providerFees.has(String(entry["kind"]))),
    (entry) => String(entry["order_id"]),
  );
  for (const id of orders.keys()) {
    const booked = sum((clearing.get(id) ?? []).map((entry) => Number(entry["amount_minor"])));
    const charges = provider.get(orderKey(id))?.charges ?? [];
    const there = sum(charges.map(({ capturedMinor, refundedMinor }) => capturedMinor - refundedMinor));
    if (booked !== there) say(id, `the ledger has ${booked} at the provider, the provider ${there}`);
  }
}
