/**
 * The demo world's past orders, each derived from its index alone, so that the seeds of orders, delivery and
 * payments tell the same story. Popularity follows Zipf's law; times follow lunch and dinner peaks.
 */
import { demoCity, demoCurrency, demoId, demoLocation, demoUserId, sizes, type SeedSize } from "./world.ts";
import { demoDish, demoItemId, demoRequiredOptions, demoRestaurantName } from "./dishes.ts";

export type DemoOrderLine = {
  /** Position within the restaurant's menu. */
  itemIndex: number;
  itemId: string;
  /** As on the menu. */
  name: string;
  /** The least that the dish demands; unitPriceMinor holds them. */
  modifiers: { id: string; name: string; priceMinor: number }[];
  quantity: number;
  unitPriceMinor: number;
  taxMinor: number;
};

export type DemoOrderAmounts = {
  currency: string;
  itemsMinor: number;
  discountMinor: number;
  taxMinor: number;
  deliveryFeeMinor: number;
  serviceFeeMinor: number;
  smallOrderFeeMinor: number;
  tipMinor: number;
  totalMinor: number;
};

export type DemoOrder = {
  index: number;
  id: string;
  paymentId: string;
  /** A cancelled order was called off by its customer before acceptance: voided payment, no delivery. */
  state: "COMPLETED" | "CANCELLED";
  fulfilment: "DELIVERY" | "PICKUP";
  customer: number;
  customerId: string;
  restaurant: number;
  restaurantId: string;
  restaurantName: string;
  /** Null for pickup and cancelled orders, like everything else about the delivery. */
  courier: number | null;
  courierId: string | null;
  deliveryId: string | null;
  distanceMeters: number;
  courierPayMinor: number;
  lines: DemoOrderLine[];
  amounts: DemoOrderAmounts;
  prepSeconds: number;
  createdAt: Date;
  placedAt: Date;
  /** The instants below are null when the order was cancelled; pickedUpAt is the collection of a pickup order. */
  acceptedAt: Date | null;
  preparingAt: Date | null;
  readyAt: Date | null;
  pickedUpAt: Date | null;
  deliveredAt: Date | null;
  completedAt: Date | null;
  cancelledAt: Date | null;
};

/** Rates of the demo: taxes come on top of listed prices. */
export const demoRates = { itemTaxBps: 1000, feeTaxBps: 1100, serviceFeeBps: 300 } as const;

/** How many dishes a restaurant of this size's menu has. */
export const demoItemsPerRestaurant = (size: SeedSize): number =>
  Math.floor(sizes[size].items / sizes[size].restaurants);

const halfUp = (amount: number, bps: number): number => Math.floor((amount * bps + 5000) / 10_000);

/** mulberry32: a small seeded generator of numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const cumulative = new Map<number, number[]>();

function zipf(random: () => number, count: number): number {
  let steps = cumulative.get(count);
  if (steps === undefined) {
    let sum = 0;
    steps = Array.from({ length: count }, (_, rank) => (sum += 1 / (rank + 1) ** 0.8));
    cumulative.set(count, steps);
  }
  const target = random() * (steps.at(-1) ?? 0);
  const found = steps.findIndex((step) => step > target);
  return found < 0 ? count - 1 : found;
}

/** The nearest index, not above `count`, whose city is that of `restaurant`. */
function sameCity(index: number, restaurant: number, count: number): number {
  if (demoCity(index) === demoCity(restaurant)) return index;
  if (restaurant % 5 !== 4) return index - 1;
  const moved = index - (index % 5) + 4;
  return moved < count ? moved : 4;
}

function metersBetween(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }): number {
  const rad = Math.PI / 180;
  const x = (b.longitude - a.longitude) * rad * Math.cos(((a.latitude + b.latitude) / 2) * rad);
  const y = (b.latitude - a.latitude) * rad;
  return Math.round(Math.hypot(x, y) * 6_371_000);
}

/** Streets are longer than the straight line. */
const roadMeters = (restaurant: number, customer: number): number =>
  Math.round(metersBetween(demoLocation("restaurant", restaurant), demoLocation("customer", customer)) * 1.3);

/** Local hours of an order: two thirds of the day's orders in the lunch and dinner peaks (Asia/Jakarta, UTC+7). */
function hourOfDay(random: () => number): number {
  const peak = random();
  const bell = (random() + random() + random()) / 3;
  if (peak < 0.4) return 10.5 + bell * 4;
  return peak < 0.85 ? 17 + bell * 5 : 9 + random() * 13;
}

function placedAt(random: () => number, now: Date): Date {
  const hour = 3_600_000;
  // The youngest lies two days back, so that every order is completed and paid out of the completion window.
  const daysBack = 2 + Math.floor(random() * 88);
  const midnightLocal = Math.floor((now.getTime() + 7 * hour) / (24 * hour)) * 24 * hour - 7 * hour;
  return new Date(Math.round((midnightLocal - daysBack * 24 * hour + hourOfDay(random) * hour) / 1000) * 1000);
}

/** Listed price of a dish in minor units: what such a dish costs, give or take a tenth, in steps of 500 rupiah. */
export function demoItemPriceMinor(restaurant: number, itemIndex: number): number {
  const random = generator(restaurant * 1009 + itemIndex * 31 + 7);
  const step = 50_000;
  const usual = demoDish(restaurant, itemIndex).usualThousands * 100_000;
  return Math.round((usual * (0.9 + random() * 0.2)) / step) * step;
}

function demoLines(random: () => number, restaurant: number, items: number): DemoOrderLine[] {
  const chosen = new Map<number, number>();
  const count = 1 + Math.floor(random() * 3);
  for (let i = 0; i < count; i++) chosen.set(zipf(random, items), 1 + Math.floor(random() * 2));
  return [...chosen].map(([itemIndex, quantity]) => {
    const modifiers = demoRequiredOptions(restaurant, itemIndex);
    const listedMinor = demoItemPriceMinor(restaurant, itemIndex);
    const unitPriceMinor = modifiers.reduce((sum, modifier) => sum + modifier.priceMinor, listedMinor);
    return {
      itemIndex,
      itemId: demoItemId(restaurant, itemIndex),
      name: demoDish(restaurant, itemIndex).name,
      modifiers,
      quantity,
      unitPriceMinor,
      taxMinor: halfUp(unitPriceMinor * quantity, demoRates.itemTaxBps),
    };
  });
}

function demoAmounts(lines: readonly DemoOrderLine[], deliveryFeeMinor: number, tipMinor: number): DemoOrderAmounts {
  const itemsMinor = lines.reduce((sum, line) => sum + line.unitPriceMinor * line.quantity, 0);
  const serviceFeeMinor = halfUp(itemsMinor, demoRates.serviceFeeBps);
  const feeTax = halfUp(deliveryFeeMinor, demoRates.feeTaxBps) + halfUp(serviceFeeMinor, demoRates.feeTaxBps);
  const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0) + feeTax;
  const totalMinor = itemsMinor + taxMinor + deliveryFeeMinor + serviceFeeMinor + tipMinor;
  return {
    currency: demoCurrency,
    itemsMinor,
    discountMinor: 0,
    taxMinor,
    deliveryFeeMinor,
    serviceFeeMinor,
    smallOrderFeeMinor: 0,
    tipMinor,
    totalMinor,
  };
}

/** The n-th past order (0 ≤ n < sizes[size].orders); the same for the same arguments, in every process. */
export function demoOrder(n: number, size: SeedSize, now: Date): DemoOrder {
  const random = generator(n * 7919 + 13);
  const world = sizes[size];
  const restaurant = zipf(random, world.restaurants);
  const customer = sameCity(zipf(random, world.customers), restaurant, world.customers);
  const courierDrawn = sameCity(Math.floor(random() * world.couriers), restaurant, world.couriers);
  const fulfilment = random() < 0.9 ? ("DELIVERY" as const) : ("PICKUP" as const);
  const state = random() < 0.95 ? ("COMPLETED" as const) : ("CANCELLED" as const);
  const placed = placedAt(random, now);
  const lines = demoLines(random, restaurant, demoItemsPerRestaurant(size));
  const isDelivery = fulfilment === "DELIVERY";
  const distanceMeters = isDelivery ? roadMeters(restaurant, customer) : 0;
  const deliveryFeeMinor = isDelivery ? 700_000 + Math.ceil(distanceMeters / 1000) * 200_000 : 0;
  const tipMinor = isDelivery && random() < 0.3 ? (1 + Math.floor(random() * 4)) * 200_000 : 0;
  const prepSeconds = (10 + Math.floor(random() * 16)) * 60;
  const hasDelivery = isDelivery && state === "COMPLETED";
  const courier = hasDelivery ? courierDrawn : null;
  return {
    index: n,
    id: demoId("ord", n),
    paymentId: demoId("pay", n),
    state,
    fulfilment,
    customer,
    customerId: demoUserId.customer(customer),
    restaurant,
    restaurantId: demoId("rst", restaurant),
    restaurantName: demoRestaurantName(restaurant),
    courier,
    courierId: courier === null ? null : demoId("cou", courier),
    deliveryId: hasDelivery ? demoId("dlv", n) : null,
    distanceMeters,
    courierPayMinor: hasDelivery ? halfUp(deliveryFeeMinor, 8000) : 0,
    lines,
    amounts: demoAmounts(lines, deliveryFeeMinor, tipMinor),
    prepSeconds,
    placedAt: placed,
    ...instants(placed, state, prepSeconds, isDelivery ? 300 + Math.round(distanceMeters / 5) : 0),
  };
}

function instants(placed: Date, state: DemoOrder["state"], prepSeconds: number, travelSeconds: number) {
  const at = (seconds: number) => new Date(placed.getTime() + seconds * 1000);
  const createdAt = at(-8);
  if (state === "CANCELLED") {
    const never = {
      acceptedAt: null,
      preparingAt: null,
      readyAt: null,
      pickedUpAt: null,
      deliveredAt: null,
      completedAt: null,
    };
    return { createdAt, ...never, cancelledAt: at(95) };
  }
  const accepted = 60;
  const ready = accepted + prepSeconds;
  const delivered = ready + 120 + travelSeconds;
  return {
    createdAt,
    acceptedAt: at(accepted),
    preparingAt: at(accepted + 45),
    readyAt: at(ready),
    pickedUpAt: at(ready + 120),
    deliveredAt: at(delivered),
    completedAt: at(delivered + 86_400),
    cancelledAt: null,
  };
}
