/** The reference model: what should be known of each order once everything has come to rest. Shares no code with the system. */

export type Fault = "CUSTOMER" | "COURIER" | "RESTAURANT" | "PLATFORM" | "NOBODY";
export type Card = "pm_card_visa" | "pm_card_chargeDeclined" | "pm_card_captureDeclined";

/** One order. `stock` and `promotion` are NONE where nothing was ever taken. Amounts are minor units. */
export type Expected = {
  fulfilment: "DELIVERY" | "PICKUP";
  card: Card;
  totalMinor: number;
  order: string;
  payment: string;
  delivery: string | null;
  capturedMinor: number;
  refundedMinor: number;
  stock: "NONE" | "HELD" | "COMMITTED" | "RELEASED";
  promotion: "NONE" | "REDEEMED" | "RESTORED";
  /** When its state began, epoch milliseconds. */
  since: number;
  /** When its delivery failed. */
  failedAt: number | null;
  scheduledFor: number | null;
  /** For whose fault support called it off or gave it up, once it did. */
  givenUpFor: Fault | null;
};

/** The world of one run. */
export type World = { orders: Expected[]; stockAtFirst: number; codesAtFirst: number; now: number };

const minute = 60_000;
const durations = {
  payment: 10 * minute,
  acceptance: 5 * minute,
  completion: 24 * 60 * minute,
  undecided: 24 * 60 * minute,
  lead: 60 * minute,
  grace: 30 * minute,
};
const listedMinor = 4_000_000;

/** What a customer at fault pays when the order is called off: a quarter of the dish and its tax once accepted, dish and service with their tax once cooked. */
function chargeMinor({ order, promotion }: Expected): number {
  const netMinor = promotion === "NONE" ? listedMinor : listedMinor * 0.9;
  const serviceMinor = netMinor * 0.03;
  if (order === "ACCEPTED") return (netMinor * 1.1) / 4;
  return ["PREPARING", "READY"].includes(order) ? Math.round(netMinor * 1.1 + serviceMinor * 1.11) : 0;
}

export const stockLeft = ({ orders, stockAtFirst }: World): number =>
  stockAtFirst - orders.filter(({ stock }) => stock === "HELD" || stock === "COMMITTED").length;
export const codesLeft = ({ orders, codesAtFirst }: World): number =>
  codesAtFirst - orders.filter(({ promotion }) => promotion === "REDEEMED").length;

/** The order that the one courier carries or fetches, if any. */
export const held = ({ orders }: World): Expected | undefined =>
  orders.find(({ delivery }) => ["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"].includes(delivery ?? ""));

function moveTo(one: Expected, order: string, now: number): void {
  one.order = order;
  one.since = now;
}

/** An order that comes to nothing: its stock and promotion go back, nothing stays authorized. */
function end(one: Expected, order: string, now: number): void {
  moveTo(one, order, now);
  if (one.stock !== "NONE") one.stock = "RELEASED";
  if (one.promotion === "REDEEMED") one.promotion = "RESTORED";
  if (one.payment === "AUTHORIZED" || one.payment === "SAVED") one.payment = "VOIDED";
}

const payBack = (one: Expected, feeMinor: number): void => {
  if (one.capturedMinor === 0) return;
  one.refundedMinor = one.capturedMinor - feeMinor;
  if (one.refundedMinor > 0) one.payment = feeMinor === 0 ? "REFUNDED" : "PARTIALLY_REFUNDED";
};

/** What a new order comes to. */
export function placed(
  world: World,
  wish: Pick<Expected, "fulfilment" | "card" | "totalMinor" | "scheduledFor"> & { redeemed: boolean },
): void {
  const { redeemed, ...rest } = wish;
  const later = wish.scheduledFor !== null;
  const one: Expected = {
    ...rest,
    order: later ? "SCHEDULED" : "PLACED",
    payment: later ? "SAVED" : "AUTHORIZED",
    delivery: null,
    capturedMinor: 0,
    refundedMinor: 0,
    stock: later ? "NONE" : "HELD",
    promotion: redeemed ? "REDEEMED" : "NONE",
    since: world.now,
    failedAt: null,
    givenUpFor: null,
  };
  world.orders.push(one);
  if (wish.card !== "pm_card_chargeDeclined") return;
  one.order = "PENDING_PAYMENT";
  one.payment = "FAILED";
}

/**
 * Who does something with an order; each answers whether it is allowed. Asking for what has happened already, by the same
 * person and with the same input, is granted again: in this model there is one of each, and they always say the same.
 */
export const deeds = {
  /** With a card that works, after one that was declined. */
  payAgain(one: Expected, now: number): boolean {
    if (one.order !== "PENDING_PAYMENT") return false;
    moveTo(one, "PLACED", now);
    one.card = "pm_card_visa";
    one.payment = "AUTHORIZED";
    return true;
  },
  accept(one: Expected, now: number): boolean {
    if (one.order === "ACCEPTED") return true;
    if (one.order !== "PLACED") return false;
    moveTo(one, "ACCEPTED", now);
    one.stock = "COMMITTED";
    one.delivery = one.fulfilment === "DELIVERY" ? "SEARCHING" : null;
    if (one.card === "pm_card_captureDeclined") {
      end(one, "CANCELLED", now);
      one.delivery = "CANCELLED";
    } else {
      one.payment = "CAPTURED";
      one.capturedMinor = one.totalMinor;
    }
    return true;
  },
  reject(one: Expected, now: number): boolean {
    if (one.order === "REJECTED") return true;
    if (one.order !== "PLACED") return false;
    end(one, "REJECTED", now);
    return true;
  },
  start(one: Expected, now: number): boolean {
    if (one.order === "PREPARING") return true;
    if (one.order !== "ACCEPTED") return false;
    moveTo(one, "PREPARING", now);
    return true;
  },
  ready(one: Expected, now: number): boolean {
    if (one.order === "READY") return true;
    if (one.order !== "PREPARING") return false;
    moveTo(one, "READY", now);
    return true;
  },
  collect(one: Expected, now: number): boolean {
    if (one.order === "COLLECTED") return true;
    if (one.order !== "READY" || one.fulfilment !== "PICKUP") return false;
    moveTo(one, "COLLECTED", now);
    return true;
  },
  cancel(one: Expected, now: number, fault: Fault | null): boolean {
    if (one.order === "CANCELLED") return fault === null || one.givenUpFor === fault;
    const free = ["PENDING_PAYMENT", "SCHEDULED", "PLACED"].includes(one.order);
    const cooking = ["ACCEPTED", ...(fault === null ? [] : ["PREPARING", "READY"])].includes(one.order);
    if (!free && !cooking) return false;
    one.givenUpFor = fault;
    const pays = cooking && (fault === null || fault === "CUSTOMER");
    payBack(one, pays ? chargeMinor(one) : 0);
    end(one, "CANCELLED", now);
    one.delivery = "CANCELLED";
    return true;
  },
  arrive(one: Expected): boolean {
    if (one.delivery === "AT_PICKUP") return true;
    if (one.delivery !== "ASSIGNED") return false;
    one.delivery = "AT_PICKUP";
    return true;
  },
  /** The kitchen must have begun; that it is ready the courier's code proves. */
  pickUp(one: Expected, now: number): boolean {
    if (one.delivery === "PICKED_UP") return true;
    if (one.delivery !== "AT_PICKUP" || one.order === "ACCEPTED") return false;
    one.delivery = "PICKED_UP";
    moveTo(one, "PICKED_UP", now);
    return true;
  },
  arriveAtDoor(one: Expected): boolean {
    if (one.delivery === "AT_DROPOFF") return true;
    if (one.delivery !== "PICKED_UP") return false;
    one.delivery = "AT_DROPOFF";
    return true;
  },
  deliver(one: Expected, now: number): boolean {
    if (one.delivery === "DELIVERED") return true;
    if (one.delivery !== "AT_DROPOFF") return false;
    one.delivery = "DELIVERED";
    moveTo(one, "DELIVERED", now);
    return true;
  },
  fail(one: Expected, now: number): boolean {
    if (one.delivery === "FAILED" && one.failedAt !== null) return true;
    if (one.delivery !== "PICKED_UP" && one.delivery !== "AT_DROPOFF") return false;
    one.delivery = "FAILED";
    one.failedAt = now;
    return true;
  },
  giveUp(one: Expected, now: number, fault: Fault): boolean {
    if (one.order === "DELIVERY_FAILED" && one.givenUpFor === fault) return true;
    if (one.order !== "PICKED_UP") return false;
    one.givenUpFor = fault;
    if (one.delivery !== "FAILED") one.delivery = "FAILED";
    if (fault !== "CUSTOMER") payBack(one, 0);
    end(one, "DELIVERY_FAILED", now);
    return true;
  },
};

/**
 * Time has passed in one leap to `now`. Answers orders that compete for stock that may not do for all: each becomes
 * PLACED or EXPIRED, and `settleDue` says which it was.
 */
export function timePasses(world: World, now: number): Expected[] {
  const before = stockLeft(world);
  world.now = now;
  const due: Expected[] = [];
  for (const one of world.orders) {
    if (one.order === "PENDING_PAYMENT" && now >= one.since + durations.payment) end(one, "PAYMENT_FAILED", now);
    else if (one.order === "PLACED" && now >= one.since + durations.acceptance) end(one, "EXPIRED", now);
    else if ((one.order === "DELIVERED" || one.order === "COLLECTED") && now >= one.since + durations.completion)
      moveTo(one, "COMPLETED", now);
    else if (one.order === "PICKED_UP" && one.failedAt !== null && now >= one.failedAt + durations.undecided) {
      deeds.giveUp(one, now, "NOBODY");
      // A timer did that, so support does not repeat it.
      one.givenUpFor = null;
    } else if (one.order === "SCHEDULED" && now >= (one.scheduledFor ?? 0) - durations.lead) {
      if (now > (one.scheduledFor ?? 0) + durations.grace) end(one, "EXPIRED", now);
      else due.push(one);
    }
  }
  if (before < due.length) return due;
  for (const one of due) settleDue(one, "PLACED", now);
  return [];
}

/** What became of an order whose time had come. */
export function settleDue(one: Expected, order: "PLACED" | "EXPIRED", now: number): void {
  if (order === "EXPIRED") return end(one, "EXPIRED", now);
  moveTo(one, "PLACED", now);
  one.payment = "AUTHORIZED";
  one.stock = "HELD";
}
