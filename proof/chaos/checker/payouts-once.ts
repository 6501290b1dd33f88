/** Invariant 11: what the platform says is paid out left the provider exactly once with that amount; nothing else left it; what was acknowledged is there. */
import { orderKey, type Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import type { Moves } from "./money.ts";
import { sum, type Say } from "./violation.ts";

/** States of a payout in which its money is on the balance again. */
const givenUp = new Set(["FAILED", "RETURNED"]);

/** What more than there is may be answered. */
const refusals = new Set(["InsufficientBalanceError", "PayoutOnItsWayError"]);

type Mine = Moves & { payout: Row; account: string };

function checkPaid({ payout, account, transfers, payouts }: Mine, say: (what: string) => void): void {
  const net = Number(payout["net_minor"]);
  const kept = transfers.filter(({ left }) => left > 0);
  const arrived = payouts.filter(({ status }) => status === "paid");
  if (kept.length !== 1) say(`is PAID and was transferred ${kept.length} times at the provider`);
  if (arrived.length !== 1) say(`is PAID and arrived ${arrived.length} times by the provider's word`);
  for (const { left, amount, ...moved } of [...kept, ...arrived.map((each) => ({ ...each, left: each.amount }))]) {
    if (amount !== net || left !== net) say(`is of ${net}, ${moved.id} at the provider of ${left}`);
    if (moved.currency !== payout["currency"]) say(`is in ${payout["currency"]}, ${moved.id} in ${moved.currency}`);
    if (moved.account !== account) say(`goes to ${account}, ${moved.id} to ${moved.account}`);
  }
}

function checkPayout(mine: Mine, say: Say): void {
  const { payout, transfers, payouts } = mine;
  const tell = (what: string) => say(null, `payout ${payout["id"]} ${what}`);
  const state = String(payout["state"]);
  if (state === "PAID") return checkPaid(mine, tell);
  const kept = sum(transfers.map(({ left }) => left));
  const going = payouts.filter(({ status }) => status !== "failed").length;
  if (givenUp.has(state) && (kept > 0 || going > 0))
    tell(`is ${state}, the provider transferred ${kept} and pays out ${going} times`);
  // On its way when the run was stopped.
  if (kept > Number(payout["net_minor"])) tell(`is ${state} and ${kept} were transferred`);
  if (going > 1) tell(`is ${state} and is paid out ${going} times at the provider`);
}

function checkTold({ told, money }: Evidence, say: Say): void {
  const payouts = new Map(money.payouts.map((row) => [String(row["id"]), row]));
  const byKey = new Map<string, string>();
  const keyOf = new Map<string, string>();
  for (const line of told) {
    if (line.kind === "payout-over" && !refusals.has(String(line["answer"])))
      say(null, `a payout of more than there is was answered ${String(line["answer"])}`);
    if (line.kind !== "payout") continue;
    const key = `${String(line["accountId"])} ${String(line["key"])}`;
    const answer = `${String(line["answer"])} ${String(line["payoutId"])}`;
    if ((byKey.get(key) ?? answer) !== answer) say(null, `the payout of key ${key} was answered in two ways`);
    byKey.set(key, answer);
    if (line["payoutId"] === undefined) continue;
    const id = orderKey(line["payoutId"]);
    if ((keyOf.get(id) ?? key) !== key) say(null, `two keys were told of payout ${id}`);
    keyOf.set(id, key);
    const amount = payouts.get(id)?.["amount_minor"];
    if (amount === undefined) say(null, `payout ${id} was acknowledged and is not there`);
    else if (Number(amount) !== line["amountMinor"])
      say(null, `payout ${id} is of ${amount}, acknowledged were ${String(line["amountMinor"])}`);
  }
}

/** Checks payouts against the provider's journal, in both directions, and against what their owners were told. */
export function checkPayoutsOnce(evidence: Evidence, say: Say): void {
  const { payouts, accounts, moves } = evidence.money;
  const transfers = Map.groupBy(moves.transfers, ({ payoutId }) => payoutId);
  const sent = Map.groupBy(moves.payouts, ({ payoutId }) => payoutId);
  for (const payout of payouts) {
    const id = String(payout["id"]);
    const account = String(accounts.get(String(payout["account_id"]))?.["provider_account_id"]);
    checkPayout({ payout, account, transfers: transfers.get(id) ?? [], payouts: sent.get(id) ?? [] }, say);
  }
  const known = new Set(payouts.map((row) => String(row["id"])));
  for (const { id, payoutId } of [...moves.transfers, ...moves.payouts])
    if (payoutId === null || !known.has(payoutId)) say(null, `${id} at the provider is unknown to the platform`);
  checkTold(evidence, say);
}
