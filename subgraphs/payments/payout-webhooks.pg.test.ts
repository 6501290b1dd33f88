import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

let rig: Payouts;
// The provider calls back, each event twice and out of order.
beforeAll(async () => void (rig = await startPayouts({ webhooks: true, settings: { PAYOUT_CHECK_MS: "3600000" } })));
afterAll(() => rig.stop());

const newest = async (payee: Payee) => (await rig.payouts(payee))[0];

async function rider(): Promise<Payee> {
  const payee = await rig.courier();
  for (const _ of [1, 2]) await rig.earn(null, payee);
  return payee;
}

test("a payout's arrival is heard of by the provider's own webhook, and takes effect once", async () => {
  const payee = await rider();
  const { payout } = await rig.instant(payee);
  await rig.runTimers();
  await vi.waitFor(async () => expect(await newest(payee)).toMatchObject({ state: "PAID" }), { timeout: 10_000 });
  expect(await rig.told(payout.id)).toEqual(["payout.paid.v1"]);
});

test("that the provider stopped paying an account, and pays it again, is heard of too", async () => {
  const payee = await rider();
  await rig.stripe.accounts.update(await rig.atProvider(payee), { external_account: "btok_us_verified_noAccount" });
  await rig.instant(payee);
  await rig.runTimers();
  const heard = (status: string) =>
    vi.waitFor(
      async () => {
        await rig.runTimers();
        expect(await rig.account(payee)).toMatchObject({ status, balance: { amount: 2 * earned.courier } });
      },
      { timeout: 10_000 },
    );
  await heard("RESTRICTED");
  await rig.stripe.accounts.update(await rig.atProvider(payee), { external_account: "btok_us_verified" });
  await heard("ACTIVE");
});

test("forged, foreign, old and repeated words change nothing", async () => {
  const payee = await rider();
  await rig.stripe.accounts.update(await rig.atProvider(payee), { external_account: "btok_couldNotProcessTwice" });
  const { payout } = await rig.instant(payee);
  await rig.runTimers();
  // The first try failed at the bank; the second waits for its time.
  await vi.waitFor(async () => expect(await newest(payee)).toMatchObject({ refusals: 1, state: "PENDING" }), {
    timeout: 10_000,
  });
  const account = await rig.atProvider(payee);
  const [object] = (await rig.stripe.payouts.list({}, { stripeAccount: account })).data;
  const word = (change: object, of = account) => ({
    id: newId("evt"),
    object: "event",
    type: "payout.paid",
    account: of,
    data: { object: { ...object, status: "paid", ...change } },
  });
  const send = async (event: object, secret?: string) => (await rig.webhook(event, secret ? { secret } : {})).status;
  expect(await send(word({}), "whsec_somebody_else")).toBe(400);
  // The word of an attempt that is over.
  expect(await send(word({}))).toBe(200);
  expect(await newest(payee)).toMatchObject({ state: "PENDING" });
  await rig.later(1_000);
  const [live] = await rig
    .attempts(payout.id)
    .then((all) => all.filter(({ operation }) => operation === "PAYOUT").slice(-1));
  const metadata = { payout_id: payout.id, attempt: live?.["key"] };
  for (const foreign of [
    word({ metadata, id: "po_of_somebody_else" }),
    word({ metadata, amount: 1 }),
    word({ metadata, currency: "usd" }),
    word({ metadata }, "acct_of_somebody_else"),
    word({ metadata: { payout_id: newId("pyt"), attempt: "x" } }),
    word({ metadata: { payout_id: "x'y", attempt: live?.["key"] } }),
    word({ metadata: {} }),
  ]) {
    expect(await send(foreign)).toBe(200);
    expect(await rig.told(payout.id)).toEqual([]);
  }
});

test("the word of the arrival may be there before the answer to the call", async () => {
  const payee = await rider();
  await rig.stripe.accounts.update(await rig.atProvider(payee), { external_account: "btok_timeoutAfterPayout" });
  const { payout } = await rig.instant(payee);
  await rig.runTimers();
  await vi.waitFor(async () => expect(await newest(payee)).toMatchObject({ state: "PAID" }), { timeout: 10_000 });
  const { history } = await newest(payee);
  expect(history.map(({ to }: { to: string }) => to)).toEqual(["SENDING", "IN_TRANSIT", "PAID"]);
  await rig.later(60_000);
  expect(await rig.told(payout.id)).toEqual(["payout.paid.v1"]);
  expect(await rig.provider(payee)).toMatchObject({ transfers: 1, payouts: 1 });
});
