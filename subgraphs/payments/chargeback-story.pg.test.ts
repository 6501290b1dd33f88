/** An order that was completed and paid out, then charged back for its restaurant's fault, when that has closed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { startWriteOffs, type WriteOffs } from "./testing/write-offs.ts";
import { orderA } from "./testing/stories.ts";

let rig: WriteOffs;
beforeAll(async () => void (rig = await startWriteOffs()));
afterAll(() => rig.stop());

const income = ["commission", "delivery_fee", "service_fee", "cancellation_fee", "payout_fee"];
const expense = ["promo_expense", "refund_expense", "courier_cost", "chargebacks", "write_off"];

/** What each side has of an order, and of what was paid out for it; the platform's income less expense without the provider's fees. */
async function shares(orderId: string, owners: readonly string[]) {
  const rows = await rig.sql`select a.kind, sum(e.amount_minor)::bigint as sum from ledger_entries e
    join ledger_accounts a on a.id = e.account_id join ledger_transactions t on t.id = e.transaction_id
    where t.order_id = ${toUuid(orderId)} or t.id in (
      select o.transaction_id from ledger_entries o join ledger_accounts w on w.id = o.account_id where w.owner in ${rig.sql(owners)})
    group by a.kind`;
  const sums = new Map(rows.map((row) => [row["kind"] as string, Number(row["sum"])]));
  const owed = (...kinds: string[]) => 0 - kinds.reduce((total, kind) => total + (sums.get(kind) ?? 0), 0);
  const paidOut = (
    await rig.sql`select coalesce(sum(p.net_minor), 0)::bigint as sum, a.owner from payouts p
    join payout_accounts a on a.id = p.account_id where p.state = 'PAID' group by a.owner`
  ).map((row) => [row["owner"] as string, Number(row["sum"])] as const);
  const banked = new Map(paidOut);
  const [restaurant = "", courier = ""] = owners;
  // What the provider keeps for its work, and what the payees' banks got, are no money of the customer's.
  const [row] = await rig.sql`select coalesce(sum(e.amount_minor), 0)::bigint as sum from ledger_entries e
    join ledger_accounts a on a.id = e.account_id join ledger_transactions t on t.id = e.transaction_id
    where t.order_id = ${toUuid(orderId)} and a.kind = 'psp_clearing' and t.kind not in ('psp-fee', 'dispute-fee')`;
  return {
    C: 0 - Number(row?.["sum"]),
    R: owed("restaurant_payable") + (banked.get(restaurant) ?? 0),
    K: owed("courier_payable", "tips_held") + (banked.get(courier) ?? 0),
    P: owed(...income, ...expense),
    X: owed("tax_payable"),
    held: owed("orders_held"),
  };
}

test("the customer has all back, the courier keeps pay and tip, and the closed restaurant's debt is the platform's", async () => {
  const restaurant = await rig.restaurant();
  const courier = await rig.courier();
  await rig.startOfWeek();
  const orderId = newId("ord");
  const { amounts, lines, courierPayMinor } = orderA;
  const charged = lines.map((line, index) => ({
    ...line,
    lineId: `${orderId}.${index}`,
    itemId: newId("itm"),
    quantity: 1,
  }));
  const order = { fulfilment: "DELIVERY", amounts: { ...amounts, currency: "IDR" }, lines: charged };
  const ids = { restaurantId: restaurant.id, paymentMethod: "pm_card_visa", scheduledFor: null };
  await rig.tell("order.created.v1", orderId, { ...order, ...ids });
  await rig.accept(orderId);
  const done = { items: [], amounts: { ...amounts, currency: "IDR" }, courierId: courier.id, courierPayMinor };
  await rig.tell("order.completed.v1", orderId, {
    ...done,
    restaurantId: restaurant.id,
    at: "2026-06-02T05:20:00.000Z",
  });
  await rig.nextWeek(restaurant);
  await rig.until(async () => {
    for (const payee of [restaurant, courier]) expect((await rig.payouts(payee))[0]?.state).toBe("PAID");
  });
  const owners = [restaurant.id, courier.id];
  expect(await shares(orderId, owners)).toMatchObject({
    C: -13_998_000,
    R: 8_000_000,
    K: 2_200_000,
    P: 2_600_000,
    X: 1_198_000,
    held: 0,
  });

  const payment_intent = (await rig.intents(orderId))[0]?.id;
  const object = {
    id: "dp_story",
    object: "dispute",
    amount: amounts.totalMinor,
    payment_intent,
    reason: "product_unacceptable",
  };
  for (const [type, status] of [
    ["created", "needs_response"],
    ["closed", "lost"],
  ])
    await rig.webhook({
      id: `evt_${newId("evt")}`,
      object: "event",
      type: `charge.dispute.${type}`,
      data: { object: { ...object, status } },
    });
  // The debt is carried as long as the restaurant may earn again.
  expect(await rig.balance(restaurant)).toBe(-8_000_000);
  expect(await shares(orderId, owners)).toMatchObject({ C: 0, R: 0, K: 2_200_000, P: -2_200_000, X: 0, held: 0 });

  const left = {
    restaurantId: restaurant.id,
    status: "PERMANENTLY_CLOSED",
    currency: "IDR",
    latitude: 0,
    longitude: 0,
  };
  await rig.deliver({ type: "restaurant.changed.v1", source: "menu", aggregateId: restaurant.id, data: left });
  expect((await rig.writeOff(restaurant, { amountMinor: 8_000_000 })).__typename).toBe("PayoutAccountNotClosedError");
  await rig.days(15);
  const given = await rig.writeOff(restaurant, { amountMinor: 8_000_000 });
  expect(given.__typename).toBe("WriteOffPayoutAccountSuccess");
  expect(await shares(orderId, owners)).toMatchObject({
    C: 0,
    R: 8_000_000,
    K: 2_200_000,
    P: -10_200_000,
    X: 0,
    held: 0,
  });
});
