import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

let rig: Payouts;
beforeAll(async () => void (rig = await startPayouts()));
afterAll(() => rig.stop());
// Whatever a test did, the books balance, and in the end nothing hangs between balance and bank.
afterEach(() =>
  rig.until(async () => {
    const { sum, kinds } = await rig.ledger();
    expect([sum, kinds["payout_in_transit"] ?? 0]).toEqual([0, 0]);
  }),
);

/** A courier who earned two orders' pay, with that bank account at the provider. */
async function rider(bank?: string): Promise<Payee> {
  const payee = await rig.courier();
  for (const _ of [1, 2]) await rig.earn(null, payee);
  if (bank !== undefined) await rig.bank(payee, bank);
  return payee;
}

const all = 2 * earned.courier;
const newest = async (payee: Payee) => (await rig.payouts(payee))[0];
const became = (payee: Payee, state: string) =>
  rig.until(async () => expect(await newest(payee)).toMatchObject({ state }));

/** Asks for a payout and lets everything about it happen. */
async function payOut(payee: Payee, state: string) {
  const asked = await rig.instant(payee);
  expect(asked).toMatchObject({ __typename: "RequestInstantPayoutSuccess" });
  await rig.runTimers();
  await became(payee, state);
  return newest(payee);
}

describe("a lost answer", () => {
  test.each(["btok_timeoutAfterTransfer", "btok_timeoutAfterPayout"])(
    "to a call of %s is asked for again under the same key, and the money goes out once",
    async (bank) => {
      const payee = await rider(bank);
      await rig.instant(payee);
      await became(payee, "PAID");
      expect(await rig.provider(payee)).toMatchObject({ transfers: 1, payouts: 1, paid: all - 520 });
      const { id } = await newest(payee);
      expect((await rig.attempts(id)).map(({ operation, state }) => [operation, state])).toEqual([
        ["TRANSFER", "SUCCEEDED"],
        ["PAYOUT", "SUCCEEDED"],
      ]);
    },
  );
});

describe("what may pass", () => {
  test("is tried again under new keys, later and later", async () => {
    const payee = await rider("btok_couldNotProcessTwice");
    const paid = await payOut(payee, "PAID");
    expect(paid).toMatchObject({ refusals: 2, failureReason: null, flaggedAt: null });
    const attempts = await rig.attempts(paid.id);
    expect(attempts.map(({ operation, state, failure }) => [operation, state, failure])).toEqual([
      ["TRANSFER", "SUCCEEDED", null],
      ["PAYOUT", "FAILED", "could_not_process"],
      ["PAYOUT", "FAILED", "could_not_process"],
      ["PAYOUT", "SUCCEEDED", null],
    ]);
    expect(new Set(attempts.map(({ key }) => key)).size).toBe(4);
    expect(await rig.provider(payee)).toMatchObject({ transfers: 1, payouts: 3, paid: all - 520 });
    expect(await rig.told(paid.id)).toEqual(["payout.paid.v1"]);
  });

  test("is flagged for a person after three refusals and tried on; support can have it tried at once, or give it up by a hold", async () => {
    const payee = await rider("btok_transferRefused");
    await rig.instant(payee);
    await rig.runTimers();
    const flagged = async () => {
      const query = "{ flaggedPayouts(first: 100) { edges { node { id refusals failureReason } } } }";
      const answer = await rig.graphql(query, {}, rig.support);
      const { id } = await newest(payee);
      return answer.data?.flaggedPayouts.edges
        .map(({ node }: { node: { id: string } }) => node)
        .find((node: { id: string }) => node.id === id);
    };
    const seen: [number, boolean][] = [];
    for (const wait of [1_000, 2_000, 4_000]) {
      seen.push([(await newest(payee)).refusals, Boolean(await flagged())]);
      await rig.later(wait - 1);
      expect((await newest(payee)).refusals).toBe(seen.at(-1)?.[0]);
      await rig.later(1);
    }
    expect(seen).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    const { id } = await newest(payee);
    const retry = async (caller = rig.support) => {
      const query = `mutation ($input: RetryPayoutInput!) { retryPayout(input: $input) { __typename
        ... on RetryPayoutSuccess { payout { flaggedAt } } ... on PayoutNotWaitingError { state } } }`;
      const input = { payoutId: id, reason: "The float was filled up" };
      return (await rig.graphql(query, { input }, caller)).data?.retryPayout;
    };
    expect(await retry(payee.owner)).toBeUndefined();
    expect(await retry()).toEqual({ __typename: "RetryPayoutSuccess", payout: { flaggedAt: null } });
    expect((await newest(payee)).refusals).toBe(4);
    await rig.runTimers();
    expect(await flagged()).toEqual({ id, refusals: 5, failureReason: "balance_insufficient" });
    expect(await rig.account(payee)).toMatchObject({ balance: { amount: 0 } });
    await rig.govern("hold", payee, "The float is empty");
    await rig.runTimers();
    expect(await newest(payee)).toMatchObject({
      state: "FAILED",
      failureReason: "The float is empty",
      flaggedAt: null,
    });
    expect(await rig.account(payee)).toMatchObject({ status: "HELD", balance: { amount: all } });
    expect(await rig.told(id)).toEqual(["payout.failed.v1"]);
    expect(await retry()).toEqual({ __typename: "PayoutNotWaitingError", state: "FAILED" });
  });

  test("may be over before: the third try succeeds", async () => {
    const payee = await rider("btok_transferRefusedTwice");
    const paid = await payOut(payee, "PAID");
    expect(paid).toMatchObject({ refusals: 2 });
    expect(await rig.provider(payee)).toMatchObject({ transfers: 1, paid: all - 520 });
  });
});

describe("what cannot pass", () => {
  test("puts the money back, fee and all, and restricts the account until it has another bank account", async () => {
    const payee = await rider("btok_us_verified_accountClosed");
    const failed = await payOut(payee, "FAILED");
    expect(failed).toMatchObject({ failureReason: "account_closed", paidAt: null });
    expect(failed.history.map(({ to }: { to: string }) => to)).toEqual([
      "SENDING",
      "IN_TRANSIT",
      "RETURNING",
      "FAILED",
    ]);
    expect(await rig.provider(payee)).toEqual({ transfers: 1, transferred: 0, payouts: 1, paid: 0 });
    expect(await rig.account(payee)).toMatchObject({
      status: "RESTRICTED",
      reason: "requirements.past_due",
      balance: { amount: all },
    });
    expect(await rig.told(failed.id)).toEqual(["payout.failed.v1"]);
    expect(await rig.instant(payee)).toEqual({
      __typename: "PayoutAccountNotActiveError",
      status: "RESTRICTED",
      reason: "requirements.past_due",
    });
    await rig.bank(payee, "btok_us_verified");
    const event = {
      id: newId("evt"),
      object: "event",
      type: "account.updated",
      account: await rig.atProvider(payee),
    };
    await rig.webhook({ ...event, data: { object: {} } });
    await rig.runTimers();
    expect(await rig.account(payee)).toMatchObject({ status: "ACTIVE", reason: null });
    await payOut(payee, "PAID");
  });

  test("a payout to an account that the provider has suspended: nothing is transferred, nothing is lost", async () => {
    const payee = await rider();
    await rig.stripe.accounts.reject(await rig.atProvider(payee), { reason: "fraud" });
    const failed = await payOut(payee, "FAILED");
    expect(failed).toMatchObject({ failureReason: "insufficient_capabilities_for_transfer" });
    expect(await rig.provider(payee)).toEqual({ transfers: 0, transferred: 0, payouts: 0, paid: 0 });
    const suspended = { status: "RESTRICTED", reason: "rejected.fraud" };
    expect(await rig.account(payee)).toMatchObject({ ...suspended, balance: { amount: all } });
    expect(await rig.instant(payee)).toEqual({ __typename: "PayoutAccountNotActiveError", ...suspended });
    await rig.nextWeek(payee);
    expect(await rig.payouts(payee)).toHaveLength(1);
  });

  test("a payout to an account that support has suspended is refused, and one that waited is given up", async () => {
    const payee = await rider();
    await rig.instant(payee);
    await rig.govern("suspend", payee, "Stolen identity");
    await rig.runTimers();
    expect(await newest(payee)).toMatchObject({ state: "FAILED", failureReason: "Stolen identity" });
    expect(await rig.instant(payee)).toMatchObject({ status: "SUSPENDED", reason: "Stolen identity" });
    expect(await rig.provider(payee)).toMatchObject({ transfers: 0, payouts: 0 });
    expect(await rig.account(payee)).toMatchObject({ balance: { amount: all } });
  });

  test("an instant payout that the bank does not take is put back; the weekly one goes through", async () => {
    const payee = await rider("btok_notInstant");
    const failed = await payOut(payee, "FAILED");
    expect(failed).toMatchObject({ failureReason: "instant_payouts_unsupported" });
    expect(await rig.account(payee)).toMatchObject({ status: "ACTIVE", balance: { amount: all } });
    await rig.nextWeek(payee);
    await became(payee, "PAID");
    expect(await rig.provider(payee)).toMatchObject({ transferred: all, paid: all });
  });

  test("a hold while the transfer's answer is awaited: what was transferred is fetched back", async () => {
    const payee = await rider("btok_timeoutAfterTransfer");
    await rig.instant(payee);
    await rig.runTimers();
    expect(await newest(payee)).toMatchObject({ state: "SENDING" });
    await rig.govern("hold", payee, "Asked for by the police");
    await became(payee, "FAILED");
    expect(await rig.provider(payee)).toEqual({ transfers: 1, transferred: 0, payouts: 0, paid: 0 });
    expect(await rig.account(payee)).toMatchObject({ status: "HELD", balance: { amount: all } });
  });

  test("a transfer that somebody fetched back by hand counts as fetched back", async () => {
    const payee = await rider("btok_us_verified_noAccount");
    await rig.instant(payee);
    await rig.runTimers();
    const account = await rig.atProvider(payee);
    const [transfer] = (await rig.stripe.transfers.list({ destination: account })).data;
    await vi.waitFor(async () => void (await rig.stripe.transfers.createReversal(transfer!.id)));
    await became(payee, "FAILED");
    expect(await rig.account(payee)).toMatchObject({ balance: { amount: all } });
    expect(await rig.provider(payee)).toEqual({ transfers: 1, transferred: 0, payouts: 1, paid: 0 });
  });

  test("money that comes back after it had arrived is on the balance again", async () => {
    const payee = await rider("btok_returned");
    await rig.instant(payee);
    await rig.runTimers();
    const account = await rig.atProvider(payee);
    const object = await vi.waitFor(async () => {
      const [there] = (await rig.stripe.payouts.list({}, { stripeAccount: account })).data;
      expect(there).toMatchObject({ status: "failed" });
      return there;
    });
    const event = { id: newId("evt"), object: "event", account };
    await rig.webhook({ ...event, type: "payout.paid", data: { object: { ...object, status: "paid" } } });
    const paid = await newest(payee);
    expect(paid).toMatchObject({ state: "PAID" });
    for (const id of [newId("evt"), newId("evt")]) {
      await rig.webhook({ ...event, id, type: "payout.failed", data: { object } });
    }
    await rig.runTimers();
    const returned = await newest(payee);
    expect(returned).toMatchObject({ id: paid.id, state: "RETURNED", failureReason: "account_closed" });
    expect(await rig.told(paid.id)).toEqual(["payout.paid.v1", "payout.failed.v1"]);
    expect(await rig.account(payee)).toMatchObject({ status: "RESTRICTED", balance: { amount: all } });
    expect(await rig.provider(payee)).toMatchObject({ transferred: 0, paid: 0 });
  });
});

test("money that came back is found, though the webhook of it was lost", async () => {
  const payee = await rider();
  const { id } = await payOut(payee, "PAID");
  const lost = await rider("btok_returned");
  await rig.instant(lost);
  await rig.runTimers();
  const there = await vi.waitFor(async () => {
    const options = { stripeAccount: await rig.atProvider(lost) };
    const [made] = (await rig.stripe.payouts.list({}, options)).data;
    expect(made).toMatchObject({ status: "failed" });
    return { ...made, status: "paid" };
  });
  const event = { id: newId("evt"), object: "event", type: "payout.paid", account: await rig.atProvider(lost) };
  await rig.webhook({ ...event, data: { object: there } });
  expect(await newest(lost)).toMatchObject({ state: "PAID" });
  await rig.days(8);
  await rig.runTimers();
  expect(await newest(lost)).toMatchObject({ state: "RETURNED", failureReason: "account_closed" });
  // Another's payout that arrived stays where it is.
  expect(await rig.payouts(payee)).toContainEqual(expect.objectContaining({ id, state: "PAID" }));
});

describe("opening an account", () => {
  const opened = async (bank: string) => {
    const own = await startPayouts({ settings: { PAYOUT_TEST_BANK_ACCOUNT: bank } });
    const payee = await own.courier();
    for (const _ of [1, 2]) await own.earn(null, payee);
    return { own, payee };
  };
  const accountsOf = async (own: Payouts, payee: Payee) =>
    (await own.stripe.accounts.list({ limit: 100 })).data.filter(({ metadata }) => metadata?.["owner_id"] === payee.id);

  test("happens once, though its answer was lost", async () => {
    const { own, payee } = await opened("btok_timeoutAfterAccount");
    try {
      expect(await own.account(payee)).toMatchObject({ status: "OPENING", reason: null });
      expect(await own.instant(payee)).toMatchObject({ status: "OPENING" });
      await own.until(async () => expect(await own.account(payee)).toMatchObject({ status: "ACTIVE" }));
      expect(await accountsOf(own, payee)).toHaveLength(1);
      await own.nextWeek(payee);
      expect(await own.payouts(payee)).toMatchObject([{ kind: "WEEKLY" }]);
    } finally {
      await own.stop();
    }
  });

  test("is tried again under another key when it was refused", async () => {
    const { own, payee } = await opened("btok_unknown");
    try {
      const key = async () =>
        (await own.sql`select idempotency_key as key from payout_accounts where owner = ${payee.id}`)[0]?.["key"];
      const first = await key();
      await own.later(60_000);
      expect(await key()).not.toBe(first);
      expect(await own.account(payee)).toMatchObject({ status: "OPENING" });
      expect(await accountsOf(own, payee)).toEqual([]);
    } finally {
      await own.stop();
    }
  });
});

test("a new account without a bank account is restricted until its owner gives the provider one", async () => {
  const own = await startPayouts({ settings: { PAYOUT_TEST_BANK_ACCOUNT: "" } });
  try {
    const payee = await own.courier();
    for (const _ of [1, 2]) await own.earn(null, payee);
    expect(await own.account(payee)).toMatchObject({ status: "RESTRICTED", reason: "requirements.past_due" });
    expect(await own.instant(payee)).toMatchObject({ __typename: "PayoutAccountNotActiveError" });
  } finally {
    await own.stop();
  }
});
