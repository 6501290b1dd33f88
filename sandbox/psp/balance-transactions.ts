/** How charges and disputes move the platform's balance, and what the provider keeps for them. Source: https://docs.stripe.com/api/balance_transactions */
import { newId, unixNow, type BalanceTransaction, type Charge, type Dispute } from "./records.ts";
import type { Work } from "./work.ts";

/** What the provider keeps of a charge: 2.9 %, in basis points. */
const feeBps = 290;

/** What it keeps for a dispute, whoever wins it: minor units of the charge's currency. */
const disputeFeeMinor = 1_500;

function put(
  work: Work,
  movement: Pick<BalanceTransaction, "amount" | "currency" | "fee" | "source" | "type">,
): BalanceTransaction {
  const transaction: BalanceTransaction = {
    id: newId("balance_transaction"),
    object: "balance_transaction",
    created: unixNow(),
    livemode: false,
    ...movement,
    net: movement.amount - movement.fee,
  };
  work.put("balance_transaction", transaction);
  return transaction;
}

/** Stores how a captured charge moved the balance, and names it in the charge. */
export function putBalanceTransaction(work: Work, charge: Charge): void {
  const { amount_captured: amount, currency, id: source } = charge;
  const fee = Math.round((amount * feeBps) / 10_000);
  charge.balance_transaction = put(work, { amount, currency, fee, source, type: "charge" }).id;
}

/** Stores that the bank took the disputed amount back; the fee goes with it. */
export const putWithdrawal = (work: Work, { amount, currency, id: source }: Dispute): BalanceTransaction =>
  put(work, { amount: -amount, currency, fee: disputeFeeMinor, source, type: "adjustment" });

/** Stores that so much of a dispute that was won came back; the fee does not. */
export const putReinstatement = (work: Work, { currency, id: source }: Dispute, amount: number): BalanceTransaction =>
  put(work, { amount, currency, fee: 0, source, type: "adjustment" });
