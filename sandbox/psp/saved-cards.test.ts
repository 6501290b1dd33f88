import { describe, expect, it } from "vitest";
import { authenticate, client, apiKey, failure, pay, useSharedProvider } from "./testing/provider.ts";

const provider = useSharedProvider();
const used = "payment_method_unexpected_state";

describe("a card", () => {
  it("charged without a customer is used up, and can be kept for nobody", async () => {
    const { stripe } = provider;
    const { payment_method: spent } = await stripe.paymentIntents.create(pay("pm_card_visa"));
    const customer = (await stripe.customers.create({ metadata: { user: "1" } })).id;
    for (const again of [
      stripe.paymentIntents.create(pay(spent as string)),
      stripe.paymentIntents.create(pay(spent as string, { customer })),
      stripe.setupIntents.create({ payment_method: spent as string, customer, confirm: true }),
      stripe.paymentMethods.attach(spent as string, { customer }),
    ]) {
      expect(await failure(again)).toMatchObject({ statusCode: 400, code: used });
    }
  });

  it("saved for a customer pays again and again, for that customer alone, until it is detached", async () => {
    const { stripe } = provider;
    const customer = (await stripe.customers.create({})).id;
    const other = (await stripe.customers.create({})).id;
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: "pm_card_visa",
      usage: "off_session",
      confirm: true,
    });
    expect(setup.status).toBe("succeeded");
    const saved = setup.payment_method as string;
    expect((await stripe.paymentMethods.retrieve(saved)).customer).toBe(customer);
    for (const _ of [1, 2]) {
      const paid = await stripe.paymentIntents.create(pay(saved, { customer, off_session: true }));
      expect(paid.status).toBe("requires_capture");
    }
    expect(await failure(stripe.paymentIntents.create(pay(saved, { customer: other })))).toMatchObject({ code: used });
    expect(await failure(stripe.paymentIntents.create(pay(saved)))).toMatchObject({ code: used });
    await stripe.paymentMethods.detach(saved);
    expect(await failure(stripe.paymentIntents.create(pay(saved, { customer })))).toMatchObject({ code: used });
  });

  it("is kept by a payment that says so, and by attaching", async () => {
    const { stripe } = provider;
    const customer = (await stripe.customers.create({})).id;
    const first = await stripe.paymentIntents.create(
      pay("pm_card_visa", { customer, setup_future_usage: "off_session" }),
    );
    const attached = await stripe.paymentMethods.attach("pm_card_mastercard", { customer });
    for (const saved of [first.payment_method as string, attached.id]) {
      expect((await stripe.paymentIntents.create(pay(saved, { customer, off_session: true }))).status).toBe(
        "requires_capture",
      );
    }
  });

  it("of a deleted or unknown customer cannot be charged", async () => {
    const { stripe } = provider;
    const customer = (await stripe.customers.create({ email: "a@b.test" })).id;
    const attached = await stripe.paymentMethods.attach("pm_card_visa", { customer });
    expect(await stripe.customers.del(customer)).toMatchObject({ deleted: true });
    expect(await stripe.customers.retrieve(customer)).toEqual(expect.not.objectContaining({ email: "a@b.test" }));
    for (const gone of [customer, "cus_unknown"]) {
      const late = stripe.paymentIntents.create(pay(attached.id, { customer: gone, off_session: true }));
      expect(await failure(late)).toMatchObject({ code: "resource_missing" });
    }
  });
});

describe("without its holder at hand", () => {
  it("a card that was not saved is refused", async () => {
    const { stripe } = provider;
    const customer = (await stripe.customers.create({})).id;
    for (const given of [{ off_session: true }, { off_session: true, customer }]) {
      expect(await failure(stripe.paymentIntents.create(pay("pm_card_visa", given)))).toMatchObject({ code: used });
    }
  });

  it.each([
    ["pm_card_authenticationRequiredOnSetup", "requires_capture"],
    ["pm_card_authenticationRequired", "authentication_required"],
    ["pm_card_chargeCustomerFail", "card_declined"],
  ])("%s, once saved, ends in %s", async (card, outcome) => {
    const { stripe } = provider;
    const customer = (await stripe.customers.create({})).id;
    let setup = await stripe.setupIntents.create({ customer, payment_method: card, confirm: true });
    if (setup.status === "requires_action") {
      await authenticate(setup);
      setup = await stripe.setupIntents.retrieve(setup.id);
    }
    expect(setup.status).toBe("succeeded");
    const charge = stripe.paymentIntents.create(pay(setup.payment_method as string, { customer, off_session: true }));
    if (outcome === "requires_capture") expect((await charge).status).toBe(outcome);
    else expect(await failure(charge)).toMatchObject({ statusCode: 402, code: outcome });
  });

  it("a set-up whose answer was lost is found under its key", async () => {
    const { stripe, url } = provider;
    const customer = (await stripe.customers.create({})).id;
    const setup = { customer, payment_method: "pm_card_timeoutAfterSetup", confirm: true };
    const key = { idempotencyKey: "save-1" };
    const lost = await failure(client(url, apiKey, 300).setupIntents.create(setup, key));
    expect(lost.type).toBe("StripeConnectionError");
    expect((await stripe.setupIntents.create(setup, key)).status).toBe("succeeded");
    expect((await stripe.setupIntents.list({ customer })).data).toHaveLength(1);
  });
});
