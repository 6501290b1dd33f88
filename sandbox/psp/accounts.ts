/** Connected accounts: whom the platform transfers money to. Source: https://docs.stripe.com/api/accounts */
import { bankOf, checkBank } from "./banks.ts";
import { checkCurrency } from "./amounts.ts";
import { ApiError, refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Account } from "./records.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

const shape = {
  business_profile: field.anything,
  business_type: field.text,
  capabilities: field.anything,
  company: field.anything,
  default_currency: field.text,
  email: field.text,
  external_account: field.text,
  individual: field.anything,
  metadata: field.metadata,
  settings: field.anything,
  tos_acceptance: field.anything,
};

/** POST /v1/accounts. Without an `external_account` nothing can be paid out yet: `requirements` says so. Nobody's identity is checked here. */
export function createAccount(work: Work, form: Form): object {
  const given = readForm(form, { ...shape, controller: field.anything, country: field.text, type: field.text });
  const account: Account = {
    id: newId("account"),
    object: "account",
    created: unixNow(),
    livemode: false,
    country: given.country ?? "US",
    default_currency: checkCurrency(given.default_currency ?? "usd"),
    email: given.email ?? null,
    metadata: given.metadata ?? {},
    bank: checkBank(given.external_account) ?? null,
    bank_errored: false,
    rejected: null,
    transfer_refusals: 0,
  };
  work.put("account", account);
  work.hold = account.bank !== null && bankOf(account).silent === "account";
  return wireAccount(account);
}

/** POST /v1/accounts/:id: a new `external_account` replaces the one that payouts failed to. */
export function updateAccount(work: Work, id: string, form: Form): object {
  const given = readForm(form, shape);
  const account = accountOf(work, id);
  const bank = checkBank(given.external_account);
  return changed(work, {
    ...account,
    email: given.email ?? account.email,
    metadata: { ...account.metadata, ...given.metadata },
    ...(bank === undefined ? {} : { bank, bank_errored: false }),
  });
}

/** POST /v1/accounts/:id/reject for `reason`: nothing is transferred to it or paid out from it any more. */
export function rejectAccount(work: Work, id: string, form: Form): object {
  const { reason } = readForm(form, { reason: field.oneOf(["fraud", "terms_of_service", "other"]) });
  const account = accountOf(work, id);
  if (account.rejected !== null) throw refused("account_invalid", `The account ${id} was rejected already.`);
  return changed(work, { ...account, rejected: reason ?? "other" });
}

/** The bank no longer takes payouts of this account until it is replaced. */
export const bankErrored = (work: Work, account: Account): object => changed(work, { ...account, bank_errored: true });

function changed(work: Work, account: Account): object {
  work.put("account", account);
  work.emit("account.updated", wireAccount(account), account.id);
  return wireAccount(account);
}

/** The account of that name. Throws 403 when the platform has none, as Stripe does. */
export function accountOf(work: Work, id: string): Account {
  const account = work.find("account", id);
  if (account) return account;
  throw new ApiError(403, {
    type: "invalid_request_error",
    code: "account_invalid",
    message: `The provided key does not have access to account '${id}' (or that account does not exist).`,
  });
}

/** Whether money may be transferred to the account. */
export const takesTransfers = ({ rejected }: Account): boolean => rejected === null;

/** Whether its balance may be paid out to its bank. */
export const paysOut = (account: Account): boolean =>
  account.rejected === null && account.bank !== null && !account.bank_errored;

/** An account as it goes over the wire. */
export function wireAccount(account: Account): object {
  const { bank, bank_errored: errored, rejected, transfer_refusals: _, ...wire } = account;
  const status = takesTransfers(account) ? "active" : "inactive";
  const due = bank === null || errored ? ["external_account"] : [];
  const disabled = due.length > 0 ? "requirements.past_due" : null;
  const { last4 } = bankOf(account);
  // Another bank account has another id; the same one given again keeps its own.
  const external = {
    id: `ba_${account.id.slice(5)}${last4}`,
    object: "bank_account",
    last4,
    default_for_currency: true,
  };
  return {
    ...wire,
    capabilities: { transfers: status },
    charges_enabled: false,
    details_submitted: bank !== null,
    external_accounts: {
      object: "list",
      data: bank === null ? [] : [{ ...external, status: errored ? "errored" : "verified" }],
      has_more: false,
    },
    payouts_enabled: paysOut(account),
    requirements: {
      currently_due: due,
      past_due: due,
      disabled_reason: rejected === null ? disabled : `rejected.${rejected}`,
    },
  };
}
