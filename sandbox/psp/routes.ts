/** The part of Stripe's API that is spoken here. */
import { createAccount, rejectAccount, updateAccount } from "./accounts.ts";
import { readBalance } from "./balance.ts";
import type { parseForm } from "./form.ts";
import { confirmIntent, createIntent } from "./intents.ts";
import { attachPaymentMethod, createCustomer, deleteCustomer, detachPaymentMethod } from "./customers.ts";
import { closeDispute, updateDispute } from "./disputes.ts";
import { list, retrieve } from "./lists.ts";
import { createPayout } from "./payouts.ts";
import type { Kind } from "./records.ts";
import { createRefund } from "./refunds.ts";
import { cancelIntent, captureIntent } from "./settle.ts";
import { createTransfer, reverseTransfer } from "./transfers.ts";
import { cancelSetupIntent, confirmSetupIntent, createSetupIntent } from "./setup-intents.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;
type Handler = (work: Work, id: string, form: Form) => object;
type Route = { method: "GET" | "POST" | "DELETE"; pattern: RegExp; handle: Handler };

const id = "/([A-Za-z0-9_]{1,80})";

const post = (path: string, handle: Handler): Route => ({
  method: "POST",
  pattern: new RegExp(`^/v1/${path}$`),
  handle,
});

const reads = (kind: Kind, filters: readonly string[]): Route[] => [
  {
    method: "GET",
    pattern: new RegExp(`^/v1/${kind}s${id}$`),
    handle: (work, object, form) => retrieve(work, kind, object, form),
  },
  {
    method: "GET",
    pattern: new RegExp(`^/v1/${kind}s$`),
    handle: (work, _, form) => list(work, kind, form, filters),
  },
];

const routes: Route[] = [
  post("payment_intents", (work, _, form) => createIntent(work, form)),
  post(`payment_intents${id}/confirm`, confirmIntent),
  post(`payment_intents${id}/capture`, captureIntent),
  post(`payment_intents${id}/cancel`, cancelIntent),
  post("refunds", (work, _, form) => createRefund(work, form)),
  post("setup_intents", (work, _, form) => createSetupIntent(work, form)),
  post(`setup_intents${id}/confirm`, confirmSetupIntent),
  post(`setup_intents${id}/cancel`, cancelSetupIntent),
  post("customers", (work, _, form) => createCustomer(work, form)),
  { method: "DELETE", pattern: new RegExp(`^/v1/customers${id}$`), handle: deleteCustomer },
  post(`payment_methods${id}/attach`, attachPaymentMethod),
  post(`payment_methods${id}/detach`, detachPaymentMethod),
  post(`disputes${id}`, updateDispute),
  post(`disputes${id}/close`, closeDispute),
  post("accounts", (work, _, form) => createAccount(work, form)),
  post(`accounts${id}`, updateAccount),
  post(`accounts${id}/reject`, rejectAccount),
  post("transfers", (work, _, form) => createTransfer(work, form)),
  post(`transfers${id}/reversals`, reverseTransfer),
  post("payouts", (work, _, form) => createPayout(work, form)),
  { method: "GET", pattern: /^\/v1\/balance$/, handle: (work, _, form) => readBalance(work, form) },
  ...reads("account", []),
  ...reads("transfer", ["destination", "transfer_group"]),
  ...reads("payout", ["status"]),
  ...reads("customer", ["email"]),
  ...reads("dispute", ["charge", "payment_intent"]),
  ...reads("payment_intent", ["customer"]),
  ...reads("charge", ["customer", "payment_intent"]),
  ...reads("balance_transaction", ["source", "type"]),
  ...reads("refund", ["charge", "payment_intent"]),
  ...reads("setup_intent", ["customer", "payment_method"]),
  ...reads("payment_method", ["customer", "type"]),
  ...reads("event", ["type"]),
];

/** The handler of a request and the id in its path ("" when there is none), or undefined. */
export function findRoute(method: string, path: string): { handle: Handler; id: string } | undefined {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match) return { handle: route.handle, id: match[1] ?? "" };
  }
  return undefined;
}
