import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

let rig: Payouts;
beforeAll(async () => void (rig = await startPayouts()));
afterAll(() => rig.stop());
// Whatever a test did, the books balance.
afterEach(async () => expect((await rig.ledger()).sum).toBe(0));

const newest = async (payee: Payee) => (await rig.payouts(payee))[0];

/** Lets the payout arrive. */
const arrive = (payee: Payee, state = "PAID") =>
  rig.until(async () => expect(await newest(payee)).toMatchObject({ state }));

describe("the weekly payout", () => {
  test("pays what was held long enough, once, and the books say what the provider says", async () => {
    const [warung, rider] = [await rig.restaurant(), await rig.courier()];
    await rig.startOfWeek();
    await rig.days(5);
    await rig.earn(warung, rider);
    await rig.earn(warung, rider);
    expect(await rig.account(warung)).toMatchObject({
      status: "ACTIVE",
      balance: { amount: 2 * earned.restaurant },
      held: { amount: 2 * earned.restaurant },
      available: { amount: 0 },
    });
    // A courier's earnings are not held back.
    expect(await rig.account(rider)).toMatchObject({ available: { amount: 2 * earned.courier } });
    const before = (await rig.ledger()).kinds;
    await rig.nextWeek(warung);
    expect(await rig.payouts(warung)).toEqual([]);
    await arrive(rider);
    await rig.nextWeek(warung);
    expect(await newest(warung)).toMatchObject({ kind: "WEEKLY", amount: { amount: 128_000 }, fee: { amount: 0 } });
    await arrive(warung);
    const paid = await newest(warung);
    expect(await rig.told(paid.id)).toEqual(["payout.paid.v1"]);
    expect(paid.history.map((step: { to: string }) => step.to)).toEqual(["SENDING", "IN_TRANSIT", "PAID"]);
    expect(await rig.provider(warung)).toEqual({ transfers: 1, transferred: 128_000, payouts: 1, paid: 128_000 });
    expect(await rig.provider(rider)).toEqual({ transfers: 1, transferred: 52_000, payouts: 1, paid: 52_000 });
    const after = (await rig.ledger()).kinds;
    expect(after["psp_clearing"]! - before["psp_clearing"]!).toBe(-180_000);
    expect(after["payout_in_transit"]).toBe(0);
    expect(await rig.account(warung)).toMatchObject({ balance: { amount: 0 } });
    await rig.nextWeek(warung);
    expect(await rig.payouts(warung)).toHaveLength(1);
  });

  test("carries what is below the minimum over", async () => {
    const rider = await rig.courier();
    await rig.earn(null, rider);
    await rig.nextWeek(rider);
    expect(await rig.payouts(rider)).toEqual([]);
    await rig.earn(null, rider);
    await rig.nextWeek(rider);
    await arrive(rider);
    expect(await newest(rider)).toMatchObject({ amount: { amount: 2 * earned.courier } });
  });

  test("carries a negative balance over, which later sales make up for", async () => {
    const warung = await rig.restaurant();
    await rig.startOfWeek();
    const orderId = await rig.earn(warung);
    await rig.nextWeek(warung);
    await arrive(warung);
    await refund(orderId);
    expect(await rig.account(warung)).toMatchObject({ balance: { amount: -64_000 }, available: { amount: 0 } });
    await rig.earn(warung);
    await rig.nextWeek(warung);
    expect(await rig.payouts(warung)).toHaveLength(1);
    expect(await rig.account(warung)).toMatchObject({ balance: { amount: 0 } });
    await rig.earn(warung);
    await rig.earn(warung);
    await rig.nextWeek(warung);
    await arrive(warung);
    const [second, first] = await rig.payouts(warung);
    expect([first.amount, second.amount]).toEqual([{ amount: 64_000 }, { amount: 128_000 }]);
    expect(second.periodStart).toBe(first.periodEnd);
  });

  test("holds back what fresh orders earned, less what was taken back of them, and no more", async () => {
    const warung = await rig.restaurant();
    await rig.startOfWeek();
    await rig.earn(warung);
    await rig.days(4);
    const fresh = await rig.earn(warung);
    expect(await rig.account(warung)).toMatchObject({ held: { amount: 64_000 }, available: { amount: 64_000 } });
    await refund(fresh);
    expect(await rig.account(warung)).toMatchObject({ held: { amount: 0 }, available: { amount: 64_000 } });
  });
});

/** The restaurant gives back all that it earned with an order. */
async function refund(orderId: string): Promise<void> {
  const input = { paymentId: await rig.paymentId(orderId), fault: "RESTAURANT", reason: "Never cooked" };
  const mutation =
    "mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename ... on UserError { message } } }";
  const admin = userCaller(newId("usr"), "admin");
  const answer = await rig.graphql(mutation, { input: { ...input, idempotencyKey: newId("evt") } }, admin);
  expect(answer.data?.refundPayment).toEqual({ __typename: "RefundPaymentSuccess" });
  await rig.runTimers();
}

describe("the instant payout", () => {
  test("pays tips and pay for a fee, once per key", async () => {
    const rider = await rig.courier();
    for (const _ of [1, 2, 3]) await rig.earn(null, rider);
    const before = (await rig.ledger()).kinds;
    const key = newId("evt");
    const first = await rig.instant(rider, { key });
    expect(first).toMatchObject({
      __typename: "RequestInstantPayoutSuccess",
      payout: { state: "PENDING", amount: { amount: 78_000 }, fee: { amount: 780 }, net: { amount: 77_220 } },
    });
    expect((await rig.instant(rider, { key })).payout.id).toBe(first.payout.id);
    expect(await rig.instant(rider, { key, amountMinor: 60_000 })).toEqual({ __typename: "PayoutKeyReusedError" });
    expect(await rig.instant(rider)).toEqual({ __typename: "PayoutOnItsWayError", payout: { id: first.payout.id } });
    await rig.runTimers();
    await arrive(rider);
    expect(await rig.provider(rider)).toEqual({ transfers: 1, transferred: 77_220, payouts: 1, paid: 77_220 });
    const [made] = (await rig.stripe.payouts.list({}, { stripeAccount: await rig.atProvider(rider) })).data;
    expect(made?.method).toBe("instant");
    const after = (await rig.ledger()).kinds;
    expect(after["tips_held"]! - before["tips_held"]!).toBe(30_000);
    const query = "query ($id: ID!) { paymentsPersonalData(userId: $id) }";
    const userId = rider.owner.kind === "user" ? rider.owner.userId : "";
    const exported = await rig.graphql(query, { id: userId }, { kind: "service", service: "users" });
    const own = { payoutId: first.payout.id, kind: "INSTANT", state: "PAID", netMinor: 77_220, currency: "IDR" };
    expect(exported.data?.paymentsPersonalData).toMatchObject({ payments: [], payouts: [own] });
    expect((before["payout_fee"] ?? 0) - after["payout_fee"]!).toBe(780);
  });

  test("is refused where there is not so much, or too little", async () => {
    const rider = await rig.courier();
    for (const _ of [1, 2]) await rig.earn(null, rider);
    expect(await rig.instant(rider, { amountMinor: 52_001 })).toEqual({
      __typename: "InsufficientBalanceError",
      available: { amount: 52_000 },
    });
    expect(await rig.instant(rider, { amountMinor: 49_999 })).toEqual({
      __typename: "PayoutBelowMinimumError",
      minimum: { amount: 50_000 },
    });
    expect(await rig.instant(rider, { amountMinor: 0 })).toMatchObject({ field: "input.amountMinor" });
    expect(await rig.instant(rider, { key: "short" })).toMatchObject({ field: "input.idempotencyKey" });
    expect(await rig.payouts(rider)).toEqual([]);
    expect(await rig.instant(rider, { amountMinor: 50_000 })).toMatchObject({ payout: { amount: { amount: 50_000 } } });
  });
});

describe("who may", () => {
  test("see and ask: owners and the courier; staff, others' owners and strangers find nothing", async () => {
    const [warung, other] = [await rig.restaurant(), await rig.restaurant()];
    const rider = await rig.courier();
    await rig.startOfWeek();
    for (const _ of [1, 2, 3]) await rig.earn(warung, rider);
    await rig.days(4);
    const staff = newId("usr");
    const membershipId = newId("mem");
    const data = { membershipId, userId: staff, restaurantId: warung.id, role: "STAFF" };
    await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
    for (const payee of [warung, rider]) {
      const accountId = (await rig.account(payee)).id;
      for (const caller of [userCaller(staff), other.owner, userCaller(newId("usr"))]) {
        expect(await rig.payeeOf(payee, caller)).toEqual({ payoutAccounts: null, payouts: null });
        expect(await rig.instant(payee, { caller, accountId })).toEqual({ __typename: "NotFoundError" });
      }
      expect(await rig.payeeOf(payee, payee.owner)).toMatchObject({ payoutAccounts: [{ id: accountId }] });
      const { payout } = await rig.instant(payee);
      const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Payout", id: $id }]) { ... on Payout { id flaggedAt account { id } } } }`;
      const seen = async (caller: Parameters<typeof rig.graphql>[2]) =>
        (await rig.graphql(query, { id: payout.id }, caller)).data?._entities[0];
      expect(await seen(payee.owner)).toEqual({ id: payout.id, flaggedAt: null, account: { id: accountId } });
      expect(await seen(other.owner)).toBeNull();
    }
    const accountId = newId("pac");
    expect(await rig.instant(warung, { accountId })).toEqual({ __typename: "NotFoundError" });
    expect(await rig.instant(warung, { accountId: "pac_x" })).toEqual({ __typename: "NotFoundError" });
    // Not even support pays out in somebody's name.
    const mine = (await rig.account(warung)).id;
    expect(await rig.instant(warung, { accountId: mine, caller: rig.support })).toEqual({
      __typename: "NotFoundError",
    });
  });

  test("hold, suspend and release: support, with a reason, each time with an entry for the audit log", async () => {
    const warung = await rig.restaurant();
    await rig.startOfWeek();
    for (const _ of [1, 2]) await rig.earn(warung);
    await rig.days(4);
    expect(await rig.govern("hold", warung, "Papers are missing", warung.owner)).toBeUndefined();
    expect(await rig.govern("hold", warung, "x")).toMatchObject({ field: "input.reason" });
    for (const [verb, status] of [
      ["hold", "HELD"],
      ["suspend", "SUSPENDED"],
    ] as const) {
      const held = { status, reason: "Papers are missing" };
      expect(await rig.govern(verb, warung)).toMatchObject({ account: held });
      expect(await rig.govern(verb, warung)).toMatchObject({ account: held });
      expect(await rig.instant(warung)).toEqual({ __typename: "PayoutAccountNotActiveError", ...held });
      await rig.nextWeek(warung);
      expect(await rig.payouts(warung)).toEqual([]);
    }
    expect(await rig.govern("release", warung)).toMatchObject({ account: { status: "ACTIVE", reason: null } });
    const { id } = await rig.account(warung);
    const audits = (await rig.outbox()).filter(({ type }) => type === "audit.recorded.v1").map(({ data }) => data);
    expect(audits.filter((data) => (data as { subjectId: string }).subjectId === id)).toMatchObject(
      ["hold", "suspend", "release"].map((verb) => ({
        action: `payout-account.${verb}`,
        actorId: rig.support.kind === "user" ? rig.support.userId : "",
        detail: { reason: "Papers are missing" },
      })),
    );
    await rig.nextWeek(warung);
    await arrive(warung);
  });
});
