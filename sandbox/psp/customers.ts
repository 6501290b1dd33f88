/** Customers, and the cards kept for them. Source: https://docs.stripe.com/api/customers, https://docs.stripe.com/api/payment_methods/attach */
import { findPaymentMethod, wirePaymentMethod } from "./cards.ts";
import { refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Customer, type PaymentMethod } from "./records.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

/** POST /v1/customers */
export function createCustomer(work: Work, form: Form): Customer {
  const given = readForm(form, {
    name: field.text,
    email: field.text,
    phone: field.text,
    description: field.text,
    metadata: field.metadata,
  });
  const customer: Customer = {
    id: newId("customer"),
    object: "customer",
    created: unixNow(),
    livemode: false,
    name: given.name ?? null,
    email: given.email ?? null,
    phone: given.phone ?? null,
    description: given.description ?? null,
    metadata: given.metadata ?? {},
  };
  work.put("customer", customer);
  work.emit("customer.created", customer);
  return customer;
}

/** DELETE /v1/customers/:id: the person's details and cards are let go; the id alone is kept. */
export function deleteCustomer(work: Work, id: string, form: Form): object {
  readForm(form, {});
  const customer = liveCustomer(work, id, "id");
  for (const method of work.all("payment_method")) if (method.customer === id) detach(work, method);
  const blank = { name: null, email: null, phone: null, description: null, metadata: {} };
  work.put("customer", { ...customer, ...blank, deleted: true });
  work.emit("customer.deleted", customer);
  return { id, object: "customer", deleted: true };
}

/** The customer that a request names. Throws 404 when unknown or deleted. */
export function liveCustomer(work: Work, id: string, param = "customer"): Customer {
  const customer = work.need("customer", id, param);
  if (customer.deleted) throw refused("resource_missing", `No such customer: '${id}'`, { param });
  return customer;
}

/** POST /v1/payment_methods/:id/attach to a `customer`. */
export function attachPaymentMethod(work: Work, id: string, form: Form): object {
  const { customer } = readForm(form, { customer: field.text });
  const owner = liveCustomer(work, customer ?? "").id;
  const method = findPaymentMethod(work, id);
  if (method.spent) throw spentMethod();
  if (method.customer !== null && method.customer !== owner) throw foreignMethod(method);
  const attached = { ...method, customer: owner };
  work.put("payment_method", attached);
  work.emit("payment_method.attached", wirePaymentMethod(attached));
  return wirePaymentMethod(attached);
}

/** POST /v1/payment_methods/:id/detach: it can never be used again. */
export function detachPaymentMethod(work: Work, id: string, form: Form): object {
  readForm(form, {});
  const method = work.need("payment_method", id, "payment_method");
  if (method.customer === null) {
    throw refused("payment_method_unexpected_state", "The payment method you provided is not attached to a customer.");
  }
  return wirePaymentMethod(detach(work, method));
}

function detach(work: Work, method: PaymentMethod): PaymentMethod {
  const detached = { ...method, customer: null, spent: true };
  work.put("payment_method", detached);
  work.emit("payment_method.detached", wirePaymentMethod(detached));
  return detached;
}

/** 400: used once without a customer, or detached from one. */
export const spentMethod = () =>
  refused(
    "payment_method_unexpected_state",
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
    { param: "payment_method" },
  );

/** 400: the card is kept for a customer whom the request does not name. */
export const foreignMethod = ({ id }: PaymentMethod) =>
  refused(
    "payment_method_unexpected_state",
    `The PaymentMethod ${id} belongs to a Customer. Please include the Customer in the \`customer\` parameter.`,
    { param: "payment_method" },
  );
