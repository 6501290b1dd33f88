import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { replay } from "./domain/order-states.ts";
import {
  deliveryOf,
  mutate,
  paymentOf,
  placed,
  placeQuote,
  published,
  quote,
  see,
  startOrders,
  type Orders,
} from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());
afterEach(() => {
  Object.assign(orders.world, { open: true, problem: null, reserveProblems: [], meanwhile: async () => {} });
  orders.world.down.clear();
});

// The fakes have no trouble with dishes whose id ends in 0.
const dish = newId("itm").slice(0, -1) + "1";
const minutes = (count: number) => count * 60_000;
const ahead = (count: number) => new Date(orders.clock.now().getTime() + minutes(count)).toISOString();

async function pass(count: number) {
  orders.clock.advance(minutes(count));
  await orders.runTimers();
}

async function stateOf(id: string): Promise<string> {
  const { state, history } = await see(orders, id);
  expect(replay(history)).toEqual({ ok: true, value: state });
  return state;
}

const heldFor = (id: string) => orders.world.reserved.filter(({ orderId }) => orderId === id);
const lastReason = async (id: string) => (await see(orders, id, orders.callers.customer)).history.at(-1).reason;

/** An order for three hours ahead whose card is saved. */
async function scheduled() {
  const lines = [{ itemId: dish, quantity: 1, modifierIds: [] }];
  const id = await placed(orders, { scheduledFor: ahead(180), lines });
  const payment = paymentOf(orders, id);
  await payment.methodSaved();
  return { id, payment };
}

/** The same, an hour before its time: stock is held, payments was told to charge. */
async function due() {
  const made = await scheduled();
  await pass(120);
  return made;
}

test("an order for later saves the card, holds stock and is charged an hour before, and only then is placed", async () => {
  const at = ahead(180);
  const id = await placed(orders, { scheduledFor: at });
  const payment = paymentOf(orders, id);
  const created = (await orders.outbox()).find((event) => event.aggregateId === id);
  expect(created?.data).toMatchObject({ scheduledFor: at });
  expect(heldFor(id)).toEqual([]);
  await payment.methodSaved();
  expect(await stateOf(id)).toBe("SCHEDULED");
  await pass(119);
  expect(heldFor(id)).toEqual([]);
  await pass(1);
  expect(heldFor(id)).toMatchObject([{ at, expiresAt: ahead(35) }]);
  expect(await stateOf(id)).toBe("SCHEDULED");
  await payment.authorized();
  expect(await stateOf(id)).toBe("PLACED");
  const steps = ["created", "scheduled", "due", "placed"];
  expect(await published(orders, id)).toEqual(steps.map((step) => `order.${step}.v1`));
  await pass(4);
  expect(await stateOf(id)).toBe("PLACED");
});

test("the kitchen's promise is for the time that was asked for, not for as soon as possible", async () => {
  const { id, payment } = await due();
  await payment.authorized();
  const accepted = await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 15 }, orders.callers.owner);
  // Wanted in an hour; the quoted way from kitchen to door takes a quarter of one.
  expect(accepted.order.readyAt).toBe(ahead(45));
});

test("up to seven days ahead, not further", async () => {
  const days = (count: number) => quote(orders, { scheduledFor: ahead(count * 24 * 60) });
  expect((await days(7)).__typename).toBe("QuoteCartSuccess");
  expect(await days(7.001)).toEqual({ __typename: "InvalidInputError", field: "input.scheduledFor" });
});

test("not before kitchen and way allow it: the earliest time is told, and can be had", async () => {
  // The quoted way, kitchen included, takes half an hour.
  const early = await quote(orders, { scheduledFor: ahead(29) });
  expect(early.__typename).toBe("ScheduledTooEarlyError");
  expect(Date.parse(early.earliest)).toBeGreaterThanOrEqual(Date.parse(ahead(30)));
  expect(Date.parse(early.earliest)).toBeLessThan(Date.parse(ahead(31)));
  expect((await quote(orders, { scheduledFor: early.earliest })).__typename).toBe("QuoteCartSuccess");
  // Nobody brings what is collected: the kitchen's quarter of an hour is all.
  const counter = { fulfilment: "PICKUP", addressId: null };
  expect((await quote(orders, { ...counter, scheduledFor: ahead(14) })).__typename).toBe("ScheduledTooEarlyError");
  expect((await quote(orders, { ...counter, scheduledFor: ahead(16) })).__typename).toBe("QuoteCartSuccess");
});

test("placing looks at hours and dishes of the wanted time again, and holds nothing", async () => {
  const at = ahead(300);
  const lines = [{ itemId: dish, quantity: 1, modifierIds: [] }];
  const first = await quote(orders, { scheduledFor: at, lines });
  const second = await quote(orders, { scheduledFor: at, lines });
  orders.world.open = false;
  expect((await placeQuote(orders, { quoteId: first.quote.id })).__typename).toBe("RestaurantClosedError");
  orders.world.open = true;
  orders.world.problem = "UNAVAILABLE";
  const gone = await placeQuote(orders, { quoteId: second.quote.id });
  expect(gone).toMatchObject({ __typename: "ItemUnavailableError", items: [{ problem: "NOT_AVAILABLE" }] });
  expect(orders.world.priced.at(-1)?.at).toBe(at);
});

test.each([
  [[{ itemId: null, problem: "RESTAURANT_CLOSED" }], "The restaurant does not take orders at that time."],
  [[{ itemId: null, problem: "RESERVATION_RELEASED" }], "The dishes could not be had at that time."],
  [[{ itemId: dish, problem: "OUT_OF_STOCK" }], "No longer to be had: Nasi Goreng."],
])("what cannot be had when it is due ends the order, and the customer reads why: %j", async (problems, words) => {
  const { id, payment } = await scheduled();
  orders.world.reserveProblems = problems;
  await pass(120);
  expect(await stateOf(id)).toBe("EXPIRED");
  expect(await lastReason(id)).toBe(words);
  expect(await published(orders, id)).toEqual(["order.created.v1", "order.scheduled.v1", "order.expired.v1"]);
  await payment.authorized();
  expect(await stateOf(id)).toBe("EXPIRED");
});

test("a menu that is away when the order is due is asked again until it answers", async () => {
  const { id, payment } = await scheduled();
  orders.world.down.add("menu");
  await pass(120);
  await pass(10);
  expect(await stateOf(id)).toBe("SCHEDULED");
  expect(await published(orders, id)).not.toContain("order.due.v1");
  orders.world.down.clear();
  await pass(10);
  expect((await published(orders, id)).filter((type) => type === "order.due.v1")).toHaveLength(1);
  await payment.authorized();
  expect(await stateOf(id)).toBe("PLACED");
});

test("a menu that stays away beyond the order's time ends it", async () => {
  const { id } = await scheduled();
  orders.world.down.add("menu");
  await pass(210);
  expect(await stateOf(id)).toBe("SCHEDULED");
  await pass(10);
  expect(await stateOf(id)).toBe("EXPIRED");
  expect(await lastReason(id)).toBe("Its time passed before it could be placed.");
});

test("a charge that is declined when due fails the order", async () => {
  const { id, payment } = await due();
  await payment.failed();
  expect(await stateOf(id)).toBe("PAYMENT_FAILED");
  expect(await lastReason(id)).toBe("card_declined");
  expect(await published(orders, id)).toContain("order.payment-failed.v1");
});

test("a charge that never comes fails the order; one that comes later is not taken", async () => {
  const { id, payment } = await due();
  await pass(9);
  expect(await stateOf(id)).toBe("SCHEDULED");
  await pass(1);
  expect(await stateOf(id)).toBe("PAYMENT_FAILED");
  await payment.authorized();
  expect(await stateOf(id)).toBe("PAYMENT_FAILED");
});

test("a card that is not saved in time fails the order, and saving it later brings nothing back", async () => {
  const id = await placed(orders, { scheduledFor: ahead(180) });
  const payment = paymentOf(orders, id);
  await pass(10);
  expect(await stateOf(id)).toBe("PAYMENT_FAILED");
  await payment.methodSaved();
  expect(await stateOf(id)).toBe("PAYMENT_FAILED");
});

test("a charge that nobody asked for does not place an order before its time", async () => {
  const early = await placed(orders, { scheduledFor: ahead(180) });
  await paymentOf(orders, early).authorized();
  expect(await stateOf(early)).toBe("PENDING_PAYMENT");
  const { id, payment } = await scheduled();
  await payment.authorized();
  expect(await stateOf(id)).toBe("SCHEDULED");
});

test("a saved card does not schedule an order for now", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).methodSaved();
  expect(await stateOf(id)).toBe("PENDING_PAYMENT");
});

test.each(["before", "after"])("an order for later is cancelled for free, %s it is due", async (when) => {
  const { id, payment } = when === "before" ? await scheduled() : await due();
  const cancelled = await mutate(orders, "cancelOrder", { orderId: id }, orders.callers.customer);
  expect(cancelled.order.state).toBe("CANCELLING");
  await pass(200);
  await payment.voided();
  await deliveryOf(orders, id).cancelled();
  expect(await stateOf(id)).toBe("CANCELLED");
  expect((await published(orders, id)).filter((type) => type === "order.due.v1")).toHaveLength(
    when === "after" ? 1 : 0,
  );
});

test("cancelled in the moment in which its stock is held, it is not charged", async () => {
  const { id } = await scheduled();
  orders.world.meanwhile = () => mutate(orders, "cancelOrder", { orderId: id }, orders.callers.customer);
  await pass(120);
  expect(heldFor(id)).toHaveLength(1);
  expect(await stateOf(id)).toBe("CANCELLING");
  expect(await published(orders, id)).not.toContain("order.due.v1");
});

test("an order for soon is due as soon as its card is saved", async () => {
  const id = await placed(orders, { scheduledFor: ahead(30) });
  const payment = paymentOf(orders, id);
  await payment.methodSaved();
  await orders.runTimers();
  await payment.authorized();
  expect(await stateOf(id)).toBe("PLACED");
});

test("a restaurant that leaves ends its orders for later without a charge, and finishes those in hand", async () => {
  const inHand = await due();
  const waiting = await scheduled();
  const { restaurantId } = orders;
  const data = {
    restaurantId,
    status: "PERMANENTLY_CLOSED",
    currency: "IDR",
    latitude: -6.2,
    longitude: 106.8,
  } as const;
  await orders.emit("restaurant.changed.v1", restaurantId, { ...data, status: "SUSPENDED" });
  expect(await stateOf(waiting.id)).toBe("SCHEDULED");
  await orders.emit("restaurant.changed.v1", restaurantId, data);
  await orders.runTimers();
  expect([await stateOf(waiting.id), await lastReason(waiting.id)]).toEqual([
    "EXPIRED",
    "The restaurant has closed for good.",
  ]);
  expect(await published(orders, waiting.id)).toEqual(
    ["created", "scheduled", "expired"].map((step) => `order.${step}.v1`),
  );
  expect(await stateOf(inHand.id)).toBe("SCHEDULED");
  await inHand.payment.authorized();
  expect(await stateOf(inHand.id)).toBe("PLACED");
});

test("more orders for later than one transaction ends all end", async () => {
  const waiting: string[] = [];
  for (let made = 0; made < 51; made += 1) waiting.push((await scheduled()).id);
  const left = { status: "PERMANENTLY_CLOSED", currency: "IDR", latitude: -6.2, longitude: 106.8 } as const;
  await orders.emit("restaurant.changed.v1", orders.restaurantId, { restaurantId: orders.restaurantId, ...left });
  await orders.runTimers();
  const rows = await orders.sql`select state, count(*)::int as n from orders
    where id in ${orders.sql(waiting.map(toUuid))} group by state`;
  expect([...rows]).toEqual([{ state: "EXPIRED", n: 51 }]);
});
