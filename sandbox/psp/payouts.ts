/** Payouts of a connected account's balance to its bank, which arrive or fail later. Source: https://docs.stripe.com/api/payouts */
import { accountOf, bankErrored, paysOut } from "./accounts.ts";
import { checkCurrency, checkPayoutStep, checkPositive } from "./amounts.ts";
import { availableTo } from "./balance.ts";
import { bankOf, failureOf } from "./banks.ts";
import { invalid, refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Payout } from "./records.ts";
import type { Work } from "./work.ts";

/** POST /v1/payouts for the account that the `Stripe-Account` header names; payouts of the platform itself are not spoken here. */
export function createPayout(work: Work, form: ReturnType<typeof parseForm>): object {
  const given = readForm(form, {
    amount: field.integer,
    currency: field.text,
    description: field.text,
    metadata: field.metadata,
    method: field.oneOf(["standard", "instant"]),
    source_type: field.text,
    statement_descriptor: field.text,
  });
  if (work.account === null) throw invalid("parameter_missing", "Name a connected account by Stripe-Account.");
  const account = accountOf(work, work.account);
  const currency = checkCurrency(given.currency);
  const amount = checkPayoutStep(checkPositive(given.amount ?? 0, "amount"), currency);
  const method = given.method ?? "standard";
  const bank = bankOf(account);
  if (!paysOut(account)) throw refused("payouts_not_allowed", "Payouts are disabled for this account.");
  if (method === "instant" && bank.notInstant) {
    throw refused("instant_payouts_unsupported", "The bank account does not support instant payouts.");
  }
  if (amount > availableTo(work, account.id, currency)) {
    throw refused("balance_insufficient", "You have insufficient funds in your account for this payout.");
  }
  const payout: Payout = {
    id: newId("payout"),
    object: "payout",
    created: unixNow(),
    livemode: false,
    account: account.id,
    amount,
    arrival_date: Math.floor((Date.now() + work.arrivalMs) / 1000),
    automatic: false,
    currency,
    description: given.description ?? null,
    failure_code: null,
    failure_message: null,
    metadata: given.metadata ?? {},
    method,
    status: "pending",
    type: "bank_account",
    due_ms: Date.now() + work.arrivalMs,
  };
  work.put("payout", payout);
  work.emit("payout.created", wirePayout(payout), account.id);
  work.hold = bank.silent === "payout";
  return wirePayout(payout);
}

/** What becomes of a payout once it is due: it arrives or fails; one that arrived may come back. */
export function arrive(work: Work, id: string): void {
  const payout = work.need("payout", id);
  if (payout.due_ms === null) return;
  const account = accountOf(work, payout.account);
  if (payout.status === "paid") return fail(work, payout, bankOf(account).returns ?? "could_not_process");
  const earlier = work.all("payout").filter((other) => other.account === account.id && other.id !== id);
  const code = failureOf(account, earlier);
  if (code !== null) return fail(work, payout, code);
  const due = bankOf(account).returns === undefined ? null : Date.now() + work.arrivalMs;
  const paid: Payout = { ...payout, status: "paid", due_ms: due };
  work.put("payout", paid);
  work.emit("payout.paid", wirePayout(paid), account.id);
}

/** The money is on the account's balance again; a bank that will never take it has to be replaced. */
function fail(work: Work, payout: Payout, code: string): void {
  const message = `The bank account did not take the payout (${code}).`;
  const failed: Payout = { ...payout, status: "failed", failure_code: code, failure_message: message, due_ms: null };
  work.put("payout", failed);
  work.emit("payout.failed", wirePayout(failed), payout.account);
  if (code !== "could_not_process") bankErrored(work, accountOf(work, payout.account));
}

/** A payout as it goes over the wire: which account's it is, the `Stripe-Account` header says. */
export function wirePayout(payout: Payout): object {
  const { account: _, due_ms: __, ...wire } = payout;
  return wire;
}
