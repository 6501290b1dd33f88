/** The orders subgraph over a fresh database, with fakes for menu, users and delivery. */
import { newId } from "../../../kit/id.ts";
import { ServiceCallError } from "../../../kit/access/service-call.ts";
import { testSubgraph, userCaller } from "../../../kit/testing/subgraph.ts";
import type { EventData, EventType } from "../../../schema/events.ts";
import { events } from "../../../schema/events.ts";
import { env } from "../env.ts";
import { start } from "../main.ts";

/** What the fakes answer; tests change it. */
export type World = {
  open: boolean;
  inZone: boolean;
  /** The restaurant's. */
  currency: string;
  country: string | null;
  taxInclusive: boolean;
  unitPriceMinor: number;
  problem: string | null;
  /** Dishes that the menu does not know. */
  unknownItems: Set<string>;
  reserveProblems: { itemId: string | null; problem: string }[];
  down: Set<string>;
  /** What was asked of menu: to hold stock, to price. */
  reserved: MenuInput[];
  priced: MenuInput[];
  /** Happens while menu is holding stock, before it answers. */
  meanwhile: () => Promise<unknown>;
};

const place = { latitude: -6.2, longitude: 106.8 };

type NamedInMenu = { restaurantId: string | null; itemIds: string[] };

type MenuInput = {
  orderId: string;
  restaurantId: string;
  at: string;
  expiresAt: string;
  lines: { itemId: string; quantity: number }[];
};

function fakes(world: World, ownerOfAddress: string, restaurantId: string) {
  const up = (name: string) => {
    if (world.down.has(name)) throw new ServiceCallError(`${name} is away`);
  };
  return {
    menu: async (query: string, { input, ...named }: { input: MenuInput } & NamedInMenu) => {
      up("menu");
      if (query.includes("knownInMenu")) {
        const { restaurantId: asked, itemIds } = named;
        const unknownItemIds = itemIds.filter((id) => world.unknownItems.has(id));
        return { knownInMenu: { restaurant: asked === null || asked === restaurantId, unknownItemIds } };
      }
      if (query.includes("reserveStock")) {
        world.reserved.push(input);
        await world.meanwhile();
        return { reserveStock: { ok: world.reserveProblems.length === 0, problems: world.reserveProblems } };
      }
      world.priced.push(input);
      if (input.restaurantId !== restaurantId) return { priceItems: null };
      const lines = input.lines.map((line: { itemId: string; quantity: number }) => ({
        itemId: line.itemId,
        name: "Nasi Goreng",
        quantity: line.quantity,
        unitPriceMinor: world.unitPriceMinor,
        taxRateBps: 1000,
        modifiers: [],
        problem: line.itemId.endsWith("0") ? null : world.problem,
      }));
      const terms = {
        currency: world.currency,
        country: world.country,
        taxInclusive: world.taxInclusive,
        prepSeconds: 900,
        minimumOrderMinor: 0,
      };
      const shop = { restaurantId, name: "Warung", open: world.open, status: "ACTIVE", location: place };
      return { priceItems: { ...shop, ...terms, lines } };
    },
    users: (_: string, { userId, addressId }: { userId: string; addressId: string }) => {
      up("users");
      if (userId !== ownerOfAddress) return { addressForOrder: null };
      const lines = { line1: "Jalan Melati 1", line2: null, city: "Jakarta", postalCode: "10110", notes: "blue door" };
      const person = { recipientName: "Ayu", phone: "+628111" };
      return { addressForOrder: { addressId, ...lines, ...person, location: place } };
    },
    delivery: () => {
      up("delivery");
      const quoteDelivery = { zoneId: newId("zon"), distanceMeters: 2000, feeMinor: 1_000_000, etaSeconds: 1800 };
      return { quoteDelivery: world.inZone ? quoteDelivery : null };
    },
  };
}

/** Fields of an order that tests look at. */
export const orderFields = `id state attention lateSince readyAt cancelReason collectionCode cancellable amounts { total { amount currency } }
  history { from to cause actor reason traceId by { id } }`;

/** Starts it with one restaurant, its owner, a customer and a stranger. */
export async function startOrders(settings: Record<string, string> = {}) {
  const ids = {
    customer: newId("usr"),
    owner: newId("usr"),
    stranger: newId("usr"),
    support: newId("usr"),
    courierUser: newId("usr"),
  };
  const restaurantId = newId("rst");
  const courierId = newId("cou");
  const world: World = {
    open: true,
    inZone: true,
    currency: "IDR",
    country: "ID",
    taxInclusive: false,
    unitPriceMinor: 5_000_000,
    problem: null,
    unknownItems: new Set(),
    reserveProblems: [],
    down: new Set(),
    reserved: [],
    priced: [],
    meanwhile: async () => {},
  };
  const subgraph = await testSubgraph("orders", {
    start,
    env,
    // Nothing is waited for unless a test is about waiting.
    settings: { CAPTURE_WAIT_MS: "0", ...settings },
    calls: fakes(world, ids.customer, restaurantId),
  });
  const callers = {
    customer: userCaller(ids.customer, "customer"),
    owner: userCaller(ids.owner, "customer"),
    stranger: userCaller(ids.stranger, "customer"),
    support: userCaller(ids.support, "support"),
    courier: userCaller(ids.courierUser, "courier"),
  };
  const emit = <T extends EventType>(type: T, aggregateId: string, data: EventData<T>, aggregateVersion?: number) =>
    subgraph.deliver({
      type,
      source: events[type].source,
      aggregateId,
      data,
      ...(aggregateVersion && { aggregateVersion }),
    });
  await emit("membership.changed.v1", newId("mem"), {
    membershipId: newId("mem"),
    userId: ids.owner,
    restaurantId,
    role: "OWNER",
  });
  await emit("courier.changed.v1", courierId, { courierId, userId: ids.courierUser });
  return { ...subgraph, ids, callers, world, restaurantId, courierId, emit };
}

export type Orders = Awaited<ReturnType<typeof startOrders>>;

const quoteMutation = `mutation ($input: QuoteCartInput!) { quoteCart(input: $input) { __typename
  ... on QuoteCartSuccess { quote { id expiresAt amounts { items { amount } tax { amount } fees { amount } tip { amount } total { amount currency } } lines { name quantity lineTotal { amount } } } }
  ... on InvalidInputError { field }
  ... on ScheduledTooEarlyError { earliest }
  ... on ItemUnavailableError { items { problem item { id } } freshQuote { id lines { quantity } } } } }`;

/** A selection that the fakes can price. */
export const selection = (orders: Orders, change: object = {}) => ({
  restaurantId: orders.restaurantId,
  lines: [{ itemId: newId("itm"), quantity: 2, modifierIds: [] }],
  fulfilment: "DELIVERY",
  addressId: newId("adr"),
  ...change,
});

/** Answers quoteCart. */
export async function quote(orders: Orders, change: object = {}, caller = orders.callers.customer) {
  const answer = await orders.graphql(quoteMutation, { input: selection(orders, change) }, caller);
  return answer.data?.quoteCart ?? answer;
}

const placeMutation = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
  ... on PlaceOrderSuccess { order { ${orderFields} } }
  ... on InvalidInputError { field }
  ... on QuoteExpiredError { freshQuote { id } }
  ... on ItemUnavailableError { items { problem } freshQuote { id } } } }`;

/** Answers placeOrder. */
export async function placeQuote(orders: Orders, input: object, caller = orders.callers.customer) {
  const full = { paymentMethod: "pm_card_visa", idempotencyKey: newId("key"), ...input };
  const answer = await orders.graphql(placeMutation, { input: full }, caller);
  return answer.data?.placeOrder ?? answer;
}

/** A quote, then its order; its id. */
export async function placed(orders: Orders, change: object = {}): Promise<string> {
  const { quote: made } = await quote(orders, change);
  return (await placeQuote(orders, { quoteId: made.id })).order.id;
}

const codeErrors = "... on WrongCodeError { triesLeft } ... on CodeLockedError { lockedUntil }";

/** Runs one of the mutations that take an order id; `fields` are asked on the typed errors. */
export async function mutate(orders: Orders, name: string, input: object, caller: Orders["callers"]["customer"]) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const success = name.startsWith("cancelOrder")
    ? "CancelOrderSuccess"
    : `${name[0]?.toUpperCase()}${name.slice(1)}Success`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on ${success} { order { ${orderFields} } }
    ... on UserError { message } ${name === "confirmCollection" ? codeErrors : ""} } }`;
  const answer = await orders.graphql(query, { input }, caller);
  return answer.data?.[name] ?? answer;
}

/** The order as this caller sees it. */
export const see = async (orders: Orders, id: string, caller = orders.callers.support) =>
  (await orders.graphql(`query ($id: ID!) { order(id: $id) { ${orderFields} } }`, { id }, caller)).data?.order;

/** Payment events of an order, in sequence. */
export function paymentOf(orders: Orders, orderId: string) {
  const paymentId = newId("pay");
  const base = { paymentId, orderId };
  const sum = { amountMinor: 1, currency: "IDR" };
  return {
    methodSaved: () => orders.emit("payment.method-saved.v1", paymentId, base),
    authorized: () => orders.emit("payment.authorized.v1", paymentId, { ...base, ...sum }),
    captured: () => orders.emit("payment.captured.v1", paymentId, { ...base, ...sum }),
    failed: () => orders.emit("payment.failed.v1", paymentId, { ...base, reason: "card_declined" }),
    captureFailed: () => orders.emit("payment.capture-failed.v1", paymentId, { ...base, reason: "expired" }),
    voided: () => orders.emit("payment.voided.v1", paymentId, base),
    refunded: (refund: { full: boolean; cause?: "CANCELLATION" | "SUPPORT" } = { full: true }) =>
      orders.emit("payment.refunded.v1", paymentId, { ...base, ...sum, refundId: newId("rfd"), ...refund }),
  };
}

/** Delivery events of an order, in sequence. */
export function deliveryOf(orders: Orders, orderId: string) {
  const deliveryId = newId("dlv");
  const base = { deliveryId, orderId };
  const { courierId } = orders;
  return {
    assigned: () => orders.emit("delivery.assigned.v1", deliveryId, { ...base, courierId }),
    unassigned: () => orders.emit("delivery.unassigned.v1", deliveryId, base),
    pickedUp: (version?: number) => orders.emit("delivery.picked-up.v1", deliveryId, { ...base, courierId }, version),
    delivered: (version?: number) =>
      orders.emit(
        "delivery.delivered.v1",
        deliveryId,
        { ...base, courierId, courierPayMinor: 800_000, currency: "IDR" },
        version,
      ),
    cancelled: () => orders.emit("delivery.cancelled.v1", deliveryId, base),
    refused: () => orders.emit("delivery.withdrawal-refused.v1", deliveryId, { ...base, reason: "ALREADY_PICKED_UP" }),
    failed: (courierPayMinor?: number) =>
      orders.emit("delivery.failed.v1", deliveryId, {
        ...base,
        courierId,
        reason: "nobody there",
        ...(courierPayMinor !== undefined && { courierPayMinor }),
      }),
    supportNeeded: () => orders.emit("delivery.support-needed.v1", deliveryId, { ...base, reason: "no courier" }),
  };
}

/** A delivery order up to this state, with the events of its payment and delivery. */
export async function cooking(orders: Orders, until: "ACCEPTED" | "PREPARING" | "READY", change: object = {}) {
  const id = await placed(orders, change);
  const payment = paymentOf(orders, id);
  await payment.authorized();
  const handle = (name: string, more: object = {}) =>
    mutate(orders, name, { orderId: id, ...more }, orders.callers.owner);
  await handle("acceptOrder", { prepMinutes: 15 });
  await payment.captured();
  if (until !== "ACCEPTED") await handle("startPreparing");
  if (until === "READY") await handle("markReady");
  return { id, payment, delivery: deliveryOf(orders, id), handle };
}

/** Types published so far about this order. */
export const published = async (orders: Orders, orderId: string) =>
  (await orders.outbox()).filter((event) => event.aggregateId === orderId).map((event) => event.type);
