import type Stripe from "stripe";
import { describe, expect, it, vi } from "vitest";
import { apiKey, client, failure, kill, useProviders } from "./testing/provider.ts";

const provider = useProviders();

/** An account that a million was transferred to, unless told otherwise. */
async function funded(stripe: Stripe, external_account = "btok_us_verified", amount = 1_000_000) {
  const account = await stripe.accounts.create({ country: "ID", default_currency: "idr", external_account });
  const transfer = await stripe.transfers.create({ amount, currency: "idr", destination: account.id });
  return { account, transfer, options: { stripeAccount: account.id } };
}

const balanceOf = async (stripe: Stripe, stripeAccount?: string) =>
  (await stripe.balance.retrieve({}, stripeAccount ? { stripeAccount } : {})).available[0]?.amount ?? 0;

const told = async (stripe: Stripe, type: string) =>
  (await stripe.events.list({ type, limit: 100 })).data.map(({ account, data }) => ({ account, object: data.object }));

/** The payout once its status is `status`; waits, for it is on its way. */
const became = (stripe: Stripe, id: string, options: Stripe.RequestOptions, status: string) =>
  vi.waitFor(
    async () => {
      const payout = await stripe.payouts.retrieve(id, {}, options);
      expect(payout.status).toBe(status);
      return payout;
    },
    { timeout: 20_000 },
  );

const soon = { PAYOUT_ARRIVAL_MS: "20" };

describe("a payout", () => {
  it("moves money from the platform to the account to its bank, and tells of it in the account's name", async () => {
    const { stripe } = await provider.start({ ...soon, OPENING_BALANCE_MINOR: "5000000" });
    const { account, options } = await funded(stripe);
    expect(account).toMatchObject({ payouts_enabled: true, requirements: { disabled_reason: null } });
    expect([await balanceOf(stripe), await balanceOf(stripe, account.id)]).toEqual([4_000_000, 1_000_000]);
    const metadata = { payout_id: "pyt_1" };
    const made = await stripe.payouts.create({ amount: 600_000, currency: "idr", metadata }, options);
    expect(made).toMatchObject({ status: "pending", method: "standard", metadata });
    expect(await balanceOf(stripe, account.id)).toBe(400_000);
    await became(stripe, made.id, options, "paid");
    expect(await told(stripe, "payout.paid")).toEqual([
      { account: account.id, object: expect.objectContaining({ id: made.id, status: "paid", metadata }) },
    ]);
    expect(await told(stripe, "transfer.created")).toHaveLength(1);
    expect((await stripe.payouts.list({}, options)).data.map(({ id }) => id)).toEqual([made.id]);
  });

  it("is not seen without naming its account, nor by naming another", async () => {
    const { stripe } = await provider.start();
    const { options } = await funded(stripe);
    const { id } = await stripe.payouts.create({ amount: 1, currency: "idr" }, options);
    const stranger = await stripe.accounts.create({ country: "ID" });
    for (const other of [{}, { stripeAccount: stranger.id }]) {
      expect(await failure(stripe.payouts.retrieve(id, {}, other))).toMatchObject({ code: "resource_missing" });
      expect((await stripe.payouts.list({}, other)).data).toEqual([]);
    }
    const unknown = stripe.payouts.create({ amount: 1, currency: "idr" }, { stripeAccount: "acct_unknown" });
    expect(await failure(unknown)).toMatchObject({ statusCode: 403, code: "account_invalid" });
  });

  it("never exceeds the account's balance, nor a transfer the platform's", async () => {
    const { stripe } = await provider.start({ OPENING_BALANCE_MINOR: "1500000" });
    const { account, transfer, options } = await funded(stripe);
    const more = { amount: 500_001, currency: "idr", destination: account.id };
    expect(await failure(stripe.transfers.create(more))).toMatchObject({ code: "balance_insufficient" });
    const pay = (amount: number) => stripe.payouts.create({ amount, currency: "idr" }, options);
    const outcomes = await Promise.allSettled([pay(600_000), pay(600_000)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await failure(stripe.transfers.createReversal(transfer.id))).toMatchObject({ code: "balance_insufficient" });
    await stripe.transfers.createReversal(transfer.id, { amount: 400_000 });
    expect([await balanceOf(stripe), await balanceOf(stripe, account.id)]).toEqual([900_000, 0]);
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ amount_reversed: 400_000, reversed: false });
  });

  it("arrives, once, also when the provider was killed on its way", async () => {
    const first = await provider.start({ PAYOUT_ARRIVAL_MS: "1500" });
    const { account, options } = await funded(first.stripe);
    const made = await first.stripe.payouts.create({ amount: 600_000, currency: "idr" }, options);
    await kill(first.child);
    const { stripe } = await provider.start();
    await became(stripe, made.id, options, "paid");
    expect(await told(stripe, "payout.paid")).toHaveLength(1);
    expect(await balanceOf(stripe, account.id)).toBe(400_000);
  });

  it.each(["btok_timeoutAfterTransfer", "btok_timeoutAfterPayout"])(
    "of %s is made once, found by its key",
    async (bank) => {
      const { stripe, url } = await provider.start();
      const impatient = client(url, apiKey, 300);
      const account = await stripe.accounts.create({ country: "ID", external_account: bank });
      const options = { stripeAccount: account.id };
      const transfer = { amount: 5_000, currency: "idr", destination: account.id };
      const payout = { amount: 5_000, currency: "idr" };
      const sent = await impatient.transfers
        .create(transfer, { idempotencyKey: "t1" })
        .catch((error: unknown) => error);
      await stripe.transfers.create(transfer, { idempotencyKey: "t1" });
      const paid = await impatient.payouts.create(payout, { ...options, idempotencyKey: "p1" }).catch((lost) => lost);
      await stripe.payouts.create(payout, { ...options, idempotencyKey: "p1" });
      const lost = bank === "btok_timeoutAfterTransfer" ? sent : paid;
      expect(lost).toMatchObject({ type: "StripeConnectionError" });
      expect((await stripe.transfers.list({ destination: account.id })).data).toHaveLength(1);
      expect((await stripe.payouts.list({}, options)).data).toHaveLength(1);
    },
  );
});

describe("a payout that does not arrive", () => {
  it.each([
    ["btok_us_verified_noAccount", "no_account"],
    ["btok_us_verified_accountClosed", "account_closed"],
  ])("fails for %s with %s, and payouts are off until there is another bank account", async (bank, code) => {
    const { stripe } = await provider.start(soon);
    const { account, options } = await funded(stripe, bank);
    const made = await stripe.payouts.create({ amount: 1_000_000, currency: "idr" }, options);
    expect(await became(stripe, made.id, options, "failed")).toMatchObject({ failure_code: code });
    expect(await balanceOf(stripe, account.id)).toBe(1_000_000);
    const off = { payouts_enabled: false, requirements: { disabled_reason: "requirements.past_due" } };
    expect(await stripe.accounts.retrieve(account.id)).toMatchObject(off);
    expect(await told(stripe, "account.updated")).toMatchObject([{ account: account.id, object: off }]);
    const again = () => stripe.payouts.create({ amount: 1_000_000, currency: "idr" }, options);
    expect(await failure(again())).toMatchObject({ code: "payouts_not_allowed" });
    await stripe.accounts.update(account.id, { external_account: "btok_us_verified" });
    await became(stripe, (await again()).id, options, "paid");
  });

  it("could not be processed twice, and arrives the third time", async () => {
    const { stripe } = await provider.start(soon);
    const { options } = await funded(stripe, "btok_couldNotProcessTwice");
    for (const status of ["failed", "failed", "paid"]) {
      const made = await stripe.payouts.create({ amount: 1_000_000, currency: "idr" }, options);
      await became(stripe, made.id, options, status);
    }
  });

  it("arrives and comes back", async () => {
    const { stripe } = await provider.start(soon);
    const { account, options } = await funded(stripe, "btok_returned");
    const made = await stripe.payouts.create({ amount: 1_000_000, currency: "idr" }, options);
    await became(stripe, made.id, options, "failed");
    expect([await told(stripe, "payout.paid"), await told(stripe, "payout.failed")]).toMatchObject([
      [{ object: { status: "paid" } }],
      [{ object: { status: "failed", failure_code: "account_closed" } }],
    ]);
    expect(await balanceOf(stripe, account.id)).toBe(1_000_000);
  });

  it("is refused at once where the bank takes no instant ones", async () => {
    const { stripe } = await provider.start();
    const { options } = await funded(stripe, "btok_notInstant");
    const pay = (method: "instant" | "standard") =>
      stripe.payouts.create({ amount: 1, currency: "idr", method }, options);
    expect(await failure(pay("instant"))).toMatchObject({ code: "instant_payouts_unsupported" });
    expect(await pay("standard")).toMatchObject({ method: "standard" });
  });
});

describe("an account", () => {
  it("that was rejected is neither transferred to nor paid out, but can be fetched back from", async () => {
    const { stripe } = await provider.start();
    const { account, transfer, options } = await funded(stripe);
    const rejected = await stripe.accounts.reject(account.id, { reason: "fraud" });
    expect(rejected).toMatchObject({ payouts_enabled: false, requirements: { disabled_reason: "rejected.fraud" } });
    const more = stripe.transfers.create({ amount: 1, currency: "idr", destination: account.id });
    expect(await failure(more)).toMatchObject({ code: "insufficient_capabilities_for_transfer" });
    const payout = stripe.payouts.create({ amount: 1, currency: "idr" }, options);
    expect(await failure(payout)).toMatchObject({ code: "payouts_not_allowed" });
    await stripe.transfers.createReversal(transfer.id);
    expect(await told(stripe, "transfer.reversed")).toMatchObject([{ object: { id: transfer.id, reversed: true } }]);
    expect(await balanceOf(stripe, account.id)).toBe(0);
  });

  it("without a bank account waits for one; its token is not told", async () => {
    const { stripe } = await provider.start();
    const account = await stripe.accounts.create({ country: "ID" });
    expect(account).toMatchObject({ payouts_enabled: false, requirements: { currently_due: ["external_account"] } });
    expect(await failure(stripe.accounts.create({ external_account: "btok_none" }))).toMatchObject({ statusCode: 400 });
    const ready = await stripe.accounts.update(account.id, { external_account: "btok_returned" });
    expect(ready.payouts_enabled).toBe(true);
    expect(JSON.stringify(ready)).not.toContain("btok");
  });

  it("is refused transfers as often as its bank says, under each new key", async () => {
    const { stripe } = await provider.start();
    const account = await stripe.accounts.create({ external_account: "btok_transferRefusedTwice" });
    const send = (idempotencyKey: string) =>
      stripe.transfers.create({ amount: 5, currency: "idr", destination: account.id }, { idempotencyKey });
    for (const key of ["a", "a", "b"]) expect(await failure(send(key))).toMatchObject({ code: "balance_insufficient" });
    expect(await send("c")).toMatchObject({ amount: 5, destination: account.id });
  });
});
