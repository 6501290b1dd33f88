/** Invariant 11: no payout took more than was owed when it began; what is on its way is there for payouts on their way alone. */
import type { Evidence } from "./evidence.ts";
import { uuidOf, type Row } from "./read.ts";
import { sum, type Say } from "./violation.ts";

/** Kinds of account that together say what is owed to a restaurant or courier. */
const owed = new Set(["restaurant_payable", "courier_payable", "tips_held"]);

/** States of a payout that holds nothing in transit any more. */
const atRest = new Set(["PAID", "FAILED", "RETURNED"]);

const total = (rows: readonly Row[]): number => sum(rows.map((row) => Number(row["amount_minor"])));

/** Replays what is owed to each owner, transaction by transaction in the order of their commits; liabilities grow by credit. */
function checkReplay(entries: readonly Row[], say: Say): void {
  const balances = new Map<string, number>();
  const own = entries.filter((row) => owed.has(row["account"]) && row["owner"] !== "");
  const postings = Map.groupBy(own, (row) => `${row["transaction_id"]} ${row["owner"]} ${row["currency"]}`);
  for (const rows of postings.values()) {
    const { owner, currency, kind, reference } = rows[0]!;
    const left = (balances.get(`${owner} ${currency}`) ?? 0) - total(rows);
    balances.set(`${owner} ${currency}`, left);
    if (kind === "payout-requested" && left < 0)
      say(null, `payout ${reference} took more than was owed to ${owner}: ${left} are left`);
  }
}

/** What the ledger holds in transit for each payout, and what left its owner's balance for it. */
function checkPayout(payout: Row, postings: readonly Row[], say: Say): void {
  const id = String(payout["id"]);
  const state = String(payout["state"]);
  const transit = -total(postings.filter((row) => row["account"] === "payout_in_transit"));
  const taken = total(postings.filter((row) => owed.has(row["account"])));
  const expected = atRest.has(state) ? 0 : Number(payout["net_minor"]);
  if (transit !== expected) say(null, `payout ${id} is ${state} and the ledger has ${transit} in transit for it`);
  const due = state === "FAILED" || state === "RETURNED" ? 0 : Number(payout["amount_minor"]);
  if (taken !== due) say(null, `payout ${id} is ${state}, of ${due}, and the balance gave ${taken} for it`);
}

/** Checks every payout's postings, and the balances that they were taken from. */
export function checkPayoutsWithinBalance({ money: { entries, payouts } }: Evidence, say: Say): void {
  checkReplay(entries, say);
  const about = entries.filter((row) => String(row["kind"]).startsWith("payout-"));
  const postings = Map.groupBy(about, (row) => uuidOf(String(row["reference"])) ?? String(row["reference"]));
  const known = new Set(payouts.map((row) => String(row["id"])));
  for (const payout of payouts) checkPayout(payout, postings.get(String(payout["id"])) ?? [], say);
  for (const id of postings.keys())
    if (!known.has(id)) say(null, `the ledger has postings of payout ${id}, which is not there`);
}
