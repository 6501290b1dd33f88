/** Payouts wait for three days after the bank account was replaced, whatever the provider reports when. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

const day = 86_400_000;
let rig: Payouts;
beforeAll(async () => {
  rig = await startPayouts({ settings: { PAYOUT_BANK_CHANGE_MS: String(3 * day) } });
});
afterAll(() => rig?.stop());

const statusOf = async (payee: Payee) => (await rig.account(payee)).status;

async function rider(): Promise<Payee> {
  const payee = await rig.courier();
  await rig.earn(null, payee);
  await rig.earn(null, payee);
  return payee;
}

/** The webhook that the account changed. */
async function providerReports(payee: Payee): Promise<void> {
  const account = await rig.atProvider(payee);
  await rig.webhook({ id: newId("evt"), object: "event", type: "account.updated", account, data: { object: {} } });
  await rig.runTimers();
}

test("the first bank account is no change", async () => {
  expect(await statusOf(await rider())).toBe("ACTIVE");
});

test("a payout that was asked for before any webhook came is given up, its fee too; three days later it is paid", async () => {
  const payee = await rider();
  await rig.bank(payee, "btok_returned");
  const { payout } = await rig.instant(payee);
  await rig.runTimers();
  expect(await rig.payouts(payee)).toMatchObject([
    { id: payout.id, state: "FAILED", failureReason: "bank_account_changed" },
  ]);
  expect(await rig.account(payee)).toMatchObject({
    status: "BANK_CHANGED",
    reason: "bank_account_changed",
    balance: { amount: 2 * earned.courier },
  });
  expect(await rig.provider(payee)).toMatchObject({ transferred: 0, payouts: 0 });
  const refused = { __typename: "PayoutAccountNotActiveError", status: "BANK_CHANGED" };
  expect(await rig.instant(payee)).toMatchObject(refused);
  await rig.later(3 * day - 1_000);
  expect(await rig.instant(payee)).toMatchObject(refused);
  await rig.later(1_000);
  expect(await statusOf(payee)).toBe("ACTIVE");
  expect(await rig.instant(payee)).toMatchObject({ __typename: "RequestInstantPayoutSuccess" });
});

test("a weekly payout that falls into the wait comes at its end", async () => {
  const payee = await rider();
  await rig.startOfWeek();
  await rig.days(5);
  await rig.earn(null, payee);
  await rig.earn(null, payee);
  await rig.bank(payee, "btok_returned");
  await providerReports(payee);
  const { status, paidFrom, nextPayoutAt } = await rig.account(payee);
  expect([status, nextPayoutAt]).toEqual(["BANK_CHANGED", paidFrom]);
  await rig.days(2);
  const before = (await rig.payouts(payee)).length;
  await rig.later(day + 1_000);
  expect(await rig.payouts(payee)).toHaveLength(before + 1);
  expect((await rig.provider(payee)).payouts).toBeGreaterThan(0);
});

test("the same bank account given again changes nothing", async () => {
  const payee = await rider();
  await rig.bank(payee, "btok_us_verified");
  expect(await rig.instant(payee)).toMatchObject({ __typename: "RequestInstantPayoutSuccess" });
  await rig.runTimers();
  expect(await statusOf(payee)).toBe("ACTIVE");
});
