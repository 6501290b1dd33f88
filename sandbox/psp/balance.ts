/** What the platform and each connected account have at the provider, reckoned from its records. Source: https://docs.stripe.com/api/balance */
import { accountOf } from "./accounts.ts";
import { readForm, type parseForm } from "./form.ts";
import type { Dispute } from "./records.ts";
import type { Work } from "./work.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const inCurrency =
  (currency: string) =>
  (object: { currency: string }): boolean =>
    object.currency === currency;

/** What the bank has of a disputed charge: all, or what it did not give back of one that was won. */
function takenBack({ status, amount, balance_transactions: moved = [] }: Dispute): number {
  if (status !== "won") return amount;
  const returned = moved.filter((one) => one.amount > 0);
  return returned.length === 0 ? 0 : amount - sum(returned.map((one) => one.amount));
}

/** The platform's money: what it began with and was charged, less what was refunded, taken back by banks and transferred. */
function ofPlatform(work: Work, currency: string): number {
  const mine = inCurrency(currency);
  const charged = work.all("charge").filter((charge) => charge.captured && mine(charge));
  const disputed = work.all("dispute").filter(mine);
  return (
    work.openingBalance +
    sum(charged.map((charge) => charge.amount_captured - charge.amount_refunded)) -
    sum(disputed.map(takenBack)) -
    sum(
      work
        .all("transfer")
        .filter(mine)
        .map((transfer) => transfer.amount - transfer.amount_reversed),
    )
  );
}

/** A connected account's money: what was transferred to it and neither fetched back nor paid out. */
function ofAccount(work: Work, account: string, currency: string): number {
  const mine = inCurrency(currency);
  const received = work.all("transfer").filter((transfer) => transfer.destination === account && mine(transfer));
  const paid = work.all("payout").filter((payout) => payout.account === account && mine(payout));
  return (
    sum(received.map((transfer) => transfer.amount - transfer.amount_reversed)) -
    sum(paid.filter(({ status }) => status !== "failed").map(({ amount }) => amount))
  );
}

/** Minor units of `currency` that can be spent, of a connected account or (null) of the platform. */
export const availableTo = (work: Work, account: string | null, currency: string): number =>
  account === null ? ofPlatform(work, currency) : ofAccount(work, account, currency);

/** GET /v1/balance, of the platform or of the account that the `Stripe-Account` header names. */
export function readBalance(work: Work, form: ReturnType<typeof parseForm>): object {
  readForm(form, {});
  const { account } = work;
  if (account !== null) accountOf(work, account);
  const seen =
    account === null ? work.all("charge") : work.all("transfer").filter((one) => one.destination === account);
  const currencies = [...new Set([...seen, ...work.all("transfer")].map(({ currency }) => currency))].toSorted();
  const available = currencies.map((currency) => ({ amount: availableTo(work, account, currency), currency }));
  return { object: "balance", available, livemode: false, pending: [] };
}
