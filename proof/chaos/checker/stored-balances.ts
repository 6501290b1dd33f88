/** Invariant 1: every balance that the ledger keeps is the sum of its entries. */
import type { Evidence } from "./evidence.ts";
import { sum, type Say } from "./violation.ts";

/** Adds up the entries of every account. */
export function checkStoredBalances({ money: { balances, entries } }: Evidence, say: Say): void {
  const byAccount = Map.groupBy(entries, (row) => String(row["account_id"]));
  for (const { id, kind, owner, currency, amount_minor: kept, entries: count } of balances) {
    const rows = byAccount.get(String(id)) ?? [];
    const booked = sum(rows.map((row) => Number(row["amount_minor"])));
    const name = `the balance of ${kind} ${owner || "of the platform"} in ${currency}`;
    if (kept === null) say(null, `${name} is not kept`);
    else if (kept !== booked) say(null, `${name} is ${kept}, its entries sum to ${booked}`);
    else if (count !== rows.length) say(null, `${name} counts ${count} entries, there are ${rows.length}`);
  }
}
