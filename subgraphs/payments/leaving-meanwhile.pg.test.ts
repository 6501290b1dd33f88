/** What stands in the way of a last payout only puts it off; a restaurant may leave while it earns for the first time. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import type { Tx } from "../../kit/database/db.ts";
import { closeRestaurant } from "./actions/close-restaurant.ts";
import { ensurePayoutAccounts } from "./actions/open-payout-account.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

const day = 86_400_000;
let rig: Payouts;
beforeAll(async () => {
  const settings = { PAYOUT_MINIMUM_MINOR: "IDR=1000000", PAYOUT_BANK_CHANGE_MS: String(3 * day) };
  rig = await startPayouts({ settings });
});
afterAll(() => rig.stop());

const leaves = ({ id: restaurantId }: Payee) =>
  rig.deliver({
    type: "restaurant.changed.v1",
    source: "menu",
    aggregateId: restaurantId,
    data: { restaurantId, status: "PERMANENTLY_CLOSED", currency: "IDR", latitude: -6.2, longitude: 106.8 },
  });
const days = async (count: number) => {
  for (let passed = 0; passed < count; passed += 1) await rig.days(1);
};
const finalPaid = async (payee: Payee, amount: number) => {
  await rig.until(async () => expect((await rig.payouts(payee))[0]).toMatchObject({ kind: "FINAL", state: "PAID" }));
  expect((await rig.provider(payee)).paid).toBe(amount);
  expect((await rig.account(payee)).balance.amount).toBe(0);
};

test("a hold beyond the date puts the last payout off to the next run after it", async () => {
  const payee = await rig.restaurant();
  await rig.earn(payee);
  await rig.govern("hold", payee);
  await leaves(payee);
  await days(16);
  expect(await rig.payouts(payee)).toEqual([]);
  await rig.govern("release", payee);
  await days(7);
  await finalPaid(payee, earned.restaurant);
});

test("a bank account replaced a day before the date puts the last payout off to the end of its wait", async () => {
  const payee = await rig.restaurant();
  await rig.earn(payee);
  await leaves(payee);
  await days(13);
  await rig.bank(payee, "btok_notInstant");
  const account = await rig.atProvider(payee);
  await rig.webhook({ id: newId("evt"), object: "event", type: "account.updated", account, data: { object: {} } });
  await rig.runTimers();
  await days(2);
  expect(await rig.account(payee)).toMatchObject({ status: "BANK_CHANGED" });
  expect(await rig.payouts(payee)).toEqual([]);
  await days(1);
  await finalPaid(payee, earned.restaurant);
});

test("an order that ends after the last payout has one of its own, below the minimum too", async () => {
  const payee = await rig.restaurant();
  await rig.earn(payee);
  const late = await rig.sold(payee);
  await leaves(payee);
  await days(14);
  await finalPaid(payee, earned.restaurant);
  await rig.complete(late, (await rig.courier()).id);
  expect((await rig.account(payee)).status).toBe("CLOSING");
  await days(21);
  await finalPaid(payee, 2 * earned.restaurant);
  expect(await rig.payouts(payee)).toHaveLength(2);
});

const waiters = async () =>
  (
    await rig.sql`select 1 from pg_locks where locktype = 'advisory' and not granted and database =
    (select oid from pg_database where datname = current_database())`
  ).length;

/** Runs `second` while `first` has not committed yet; `first` commits once `second` waits for it, or is done. */
async function meanwhile(first: (tx: Tx) => Promise<void>, second: (tx: Tx) => Promise<void>): Promise<void> {
  let other: Promise<void> = Promise.resolve();
  await rig.db.transaction(async (tx) => {
    await first(tx);
    let isDone = false;
    other = rig.db.transaction(second).finally(() => void (isDone = true));
    await vi.waitFor(async () => expect(isDone || (await waiters()) > 0).toBe(true), { timeout: 25_000 });
  });
  await other;
}

test.each(["the leaving", "the earning"])(
  "%s comes first, and the other before it is committed: there is a date",
  async (which) => {
    const payee = await rig.restaurant();
    const moment = { now: rig.clock.now(), traceId: newId("evt") };
    const leaving = (tx: Tx) => closeRestaurant(tx, payee.id, { PAYOUT_FINAL_DELAY_MS: 14 * day }, moment);
    const earning = (tx: Tx) =>
      ensurePayoutAccounts(tx, { restaurantId: payee.id, courierId: null, currency: "IDR" }, moment);
    await (which === "the leaving" ? meanwhile(leaving, earning) : meanwhile(earning, leaving));
    expect((await rig.account(payee)).finalPayoutAt).toBe(new Date(moment.now.getTime() + 14 * day).toISOString());
  },
);
