import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";
import { amounts, linesOf } from "./testing/rig.ts";

let rig: Money;
const admin = userCaller(newId("usr"), "admin");
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

/** A completed order in a currency, all of it in the currency's own minor units. */
async function sold(currency: string) {
  const orderId = newId("ord");
  const order = { fulfilment: "DELIVERY", amounts: { ...amounts, currency }, lines: linesOf(orderId) };
  await rig.tell("order.created.v1", orderId, { ...order, paymentMethod: "pm_card_visa", scheduledFor: null });
  await rig.accept(orderId);
  await rig.complete(orderId, newId("cou"));
  return { orderId, paymentId: (await rig.seen(orderId)).id as string };
}

const booksQuery = `query ($day: LocalDate!, $currency: Currency!) { trialBalance(day: $day, currency: $currency) {
  debits { amount currency } lines { account closing { amount currency } } } }`;
const owedQuery = `query ($id: ID!) { _entities(representations: [{ __typename: "Restaurant", id: $id }]) {
  ... on Restaurant { balance { amount currency } } } ledgerBalance { currency sumMinor } }`;

test("currencies of two, three and no decimals stand beside one another in one ledger and are never added up", async () => {
  const currencies = ["IDR", "USD", "KWD", "JPY"];
  const orders = new Map<string, Awaited<ReturnType<typeof sold>>>();
  for (const currency of currencies) orders.set(currency, await sold(currency));
  await rig.refundOf(orders.get("KWD")!.paymentId, { amountMinor: 12_010, fault: "RESTAURANT" }, admin);
  await rig.runTimers();
  const { data } = await rig.graphql(owedQuery, { id: rig.restaurantId }, admin);
  expect(data?.ledgerBalance).toEqual(currencies.toSorted().map((currency) => ({ currency, sumMinor: 0 })));
  // 12.010 dinars of an order of 120.000: a twelfth of it was tax, the rest comes off the sale less its commission.
  const taxMinor = 1_001;
  const rest = 12_010 - taxMinor;
  const kept = 64_000 - (rest - Math.round(rest / 5));
  expect(data?._entities[0].balance).toEqual([
    { amount: 64_000, currency: "IDR" },
    { amount: 64_000, currency: "JPY" },
    { amount: kept, currency: "KWD" },
    { amount: 64_000, currency: "USD" },
  ]);
  for (const currency of currencies) {
    const { orderId } = orders.get(currency)!;
    expect((await rig.ledger(orderId)).sums).toEqual([{ sumMinor: 0 }]);
    const books = (await rig.graphql(booksQuery, { day: "2026-06-01", currency }, admin)).data?.trialBalance;
    const closing = (account: string) =>
      books.lines.find((line: { account: string }) => line.account === account).closing;
    expect(closing("restaurant_payable")).toEqual({ amount: currency === "KWD" ? kept : 64_000, currency });
    expect(closing("psp_fees")).toEqual({ amount: 3_480, currency });
  }
});

test("dinars are paid back in tens of fils, as cards take them, piece by piece too", async () => {
  const { orderId, paymentId } = await sold("KWD");
  const odd = await rig.refundOf(paymentId, { amountMinor: 12_001 }, admin);
  expect(odd.data?.refundPayment).toEqual({ __typename: "InvalidInputError", field: "input.amountMinor" });
  for (const _ of [1, 2, 3]) {
    const lines = [{ orderLineId: `${orderId}.0`, quantity: 1 }];
    const { data } = await rig.refundOf(paymentId, { lines }, admin);
    expect(data?.refundPayment.refund.amount.amount % 10).toBe(0);
  }
  await rig.runTimers();
  // The line of three was 50.000 and 5.000 tax.
  expect(await rig.seen(orderId)).toMatchObject({ refunded: { amount: 55_000 } });
});

test("the database keeps no payment in a currency that is not traded in", async () => {
  for (const currency of ["idr", "XXX"])
    await expect(rig.sql`update payments set currency = ${currency}`).rejects.toThrow("payments_currency");
});

test("a currency that support has no limit for is the admin's", async () => {
  const { paymentId } = await sold("CHF");
  const kind = async (caller = rig.support) =>
    (await rig.refundOf(paymentId, { amountMinor: 1 }, caller)).data?.refundPayment.__typename;
  expect(await kind()).toBe("SupportLimitError");
  expect(await kind(admin)).toBe("RefundPaymentSuccess");
});

test("a payment's currency is its order's: a refund has no other, and the provider's word in another changes nothing", async () => {
  const { orderId, paymentId } = await sold("USD");
  const mixed = await rig.refundOf(paymentId, { amountMinor: 5, currency: "IDR" }, admin);
  expect(mixed.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  const intent = (await rig.intents(orderId))[0];
  const event = { id: `evt_${newId("evt")}`, object: "event", type: "refund.updated" };
  const object = { id: "re_mixed", payment_intent: intent?.id, amount: 5, currency: "idr", status: "succeeded" };
  expect((await rig.webhook({ ...event, data: { object: { ...object, metadata: {} } } })).status).toBe(200);
  expect(await rig.seen(orderId)).toMatchObject({ state: "CAPTURED", refunds: [] });
});
