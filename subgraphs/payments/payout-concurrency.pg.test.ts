import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { schedule } from "../../kit/events/timers.ts";
import { post } from "./db/ledger.ts";
import { entriesOf } from "./domain/postings.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

/** A way to the provider that can be closed: then it is as if the process had been killed before its call. */
async function gate() {
  const open: Socket[] = [];
  let target = 0;
  const server = createServer((socket) => {
    open.push(socket);
    if (target === 0) return void socket.destroy();
    const there = connect(target, "127.0.0.1");
    open.push(there);
    socket.pipe(there).pipe(socket);
    for (const end of [socket, there]) end.on("error", () => open.forEach((each) => each.destroy()));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to: (url: string | null) => {
      target = url === null ? 0 : Number(new URL(url).port);
      for (const socket of open.splice(0)) socket.destroy();
    },
    stop: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

let way: Awaited<ReturnType<typeof gate>>;
let rig: Payouts;
beforeAll(async () => {
  way = await gate();
  rig = await startPayouts({ settings: { STRIPE_API_URL: way.url } });
  way.to(rig.providerUrl);
});
afterAll(async () => {
  await rig.stop();
  way.stop();
});

const newest = async (payee: Payee) => (await rig.payouts(payee))[0];

async function rider(orders: number): Promise<Payee> {
  const payee = await rig.courier();
  for (let count = 0; count < orders; count += 1) await rig.earn(null, payee);
  return payee;
}

test("of two instant payouts and the weekly one at once, one is made, and no more leaves than is owed", async () => {
  for (let round = 0; round < 5; round += 1) {
    const payee = await rider(3);
    const accountId = (await rig.account(payee)).id;
    // The weekly run is due now, and races.
    await schedule(rig.db, { name: "payout.weekly", key: accountId, dueAt: rig.clock.now() });
    const asked = () => rig.instant(payee, { amountMinor: 60_000, accountId });
    const [first, second] = await Promise.all([asked(), asked(), rig.runTimers()]);
    const begun = await rig.payouts(payee);
    expect(begun).toHaveLength(1);
    const successes = [first, second].filter(({ __typename: type }) => type === "RequestInstantPayoutSuccess");
    expect(successes).toHaveLength(begun[0].kind === "INSTANT" ? 1 : 0);
    await rig.until(async () => expect(await newest(payee)).toMatchObject({ state: "PAID" }));
    expect((await rig.provider(payee)).transferred).toBeLessThanOrEqual(3 * earned.courier);
    expect((await rig.ledger()).sum).toBe(0);
  }
});

test("the database refuses a second live payout of an account, and a posting beyond the balance", async () => {
  const payee = await rider(2);
  await rig.instant(payee, { amountMinor: 50_000 });
  const { id } = await newest(payee);
  const copy = rig.sql`insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', ${toUuid(newId("pyt"))}::text))).*
    from payouts p where id = ${toUuid(id)}`;
  await expect(copy).rejects.toThrow("payouts_one_live");
  const overdraw = (courierMinor: number) =>
    rig.db.transaction((tx) => {
      const facts = { restaurantMinor: 0, courierMinor, tipsMinor: 0, feeMinor: 0 };
      const entries = entriesOf("payout-requested", facts, { restaurantId: "", courierId: payee.id });
      const about = { kind: "payout-requested", reference: newId("pyt"), orderId: null, currency: "IDR" } as const;
      return post(tx, { ...about, entries }, { now: rig.clock.now(), traceId: "0".repeat(32) });
    });
  await expect(overdraw(2_001)).rejects.toMatchObject({ cause: { message: expect.stringContaining("overdraws") } });
  await expect(overdraw(2_000)).resolves.toBe(true);
});

test("an order settled while a payout begins is in the one balance or the next, never lost", async () => {
  const payee = await rider(2);
  const accountId = (await rig.account(payee)).id;
  const [first, second] = [await rig.sold(), await rig.sold()];
  await Promise.all([rig.instant(payee, { accountId }), rig.complete(first, payee.id), rig.complete(second, payee.id)]);
  const { balance } = await rig.account(payee);
  const { amount } = await newest(payee);
  expect(balance.amount + amount.amount).toBe(4 * earned.courier);
});

test("killed between its commit and its call, the payout is sent under the key that was stored", async () => {
  const payee = await rider(2);
  const { payout } = await rig.instant(payee);
  way.to(null);
  await rig.runTimers();
  const [stored, ...none] = await rig.attempts(payout.id);
  expect([stored?.["operation"], stored?.["state"], none]).toEqual(["TRANSFER", "LIVE", []]);
  expect(await newest(payee)).toMatchObject({ state: "SENDING" });
  way.to(rig.providerUrl);
  await rig.until(async () => expect(await newest(payee)).toMatchObject({ state: "PAID" }));
  const attempts = await rig.attempts(payout.id);
  expect(attempts.map(({ operation, state }) => [operation, state])).toEqual([
    ["TRANSFER", "SUCCEEDED"],
    ["PAYOUT", "SUCCEEDED"],
  ]);
  expect(attempts[0]?.["key"]).toBe(stored?.["key"]);
  expect(await rig.provider(payee)).toMatchObject({ transfers: 1, payouts: 1 });
});

test("a payout that the provider does not answer for is flagged, and its account's money stays reserved", async () => {
  const payee = await rider(2);
  const { payout } = await rig.instant(payee);
  way.to(null);
  for (let tries = 0; tries < 4; tries += 1) await rig.later(60_000);
  expect(await newest(payee)).toMatchObject({ id: payout.id, state: "SENDING", flaggedAt: expect.any(String) });
  expect(await rig.account(payee)).toMatchObject({ available: { amount: 0 } });
  way.to(rig.providerUrl);
  await rig.until(async () => expect(await newest(payee)).toMatchObject({ state: "PAID", flaggedAt: null }));
});

test("the weekly run that died half-way is taken up again, and pays once", async () => {
  const payee = await rider(2);
  way.to(null);
  await rig.nextWeek(payee);
  way.to(rig.providerUrl);
  await rig.until(async () => expect(await newest(payee)).toMatchObject({ state: "PAID", kind: "WEEKLY" }));
  expect(await rig.payouts(payee)).toHaveLength(1);
  expect(await rig.provider(payee)).toMatchObject({ transfers: 1, paid: 2 * earned.courier });
});
