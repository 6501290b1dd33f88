/** Past orders of the demo world, and who may act for whom in it. */
import type { InferInsertModel } from "drizzle-orm";
import { bulkInsert } from "../../../kit/database/bulk-insert.ts";
import type { Db } from "../../../kit/database/db.ts";
import { demoId, demoLocation, demoUserId, demoCity, sizes, type SeedSize } from "../../../demo/world/world.ts";
import { demoOrder, demoRates, type DemoOrder } from "../../../demo/world/orders.ts";
import { demoCustomerName, demoStreet } from "../../../demo/world/people.ts";
import type { OrderActor, OrderCause, OrderState } from "../domain/order-states.ts";
import { seedPromotions } from "./seed-promotions.ts";
import { couriers, memberships, orderFees, orderHistory, orderLines, orderRecipients, orders } from "./tables.ts";

/** Fills an empty database, always with the same rows for the same size and day; does nothing when there are orders. */
export async function seed(db: Db, size: SeedSize, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const [some] = await tx.select({ id: orders.id }).from(orders).limit(1);
    if (some !== undefined) return;
    const world = sizes[size];
    const past = Array.from({ length: world.orders }, (_, n) => demoOrder(n, size, now));
    await bulkInsert(
      tx,
      memberships,
      indices(world.restaurants).map((n) => ({
        userId: demoUserId.owner(n),
        restaurantId: demoId("rst", n),
        role: "OWNER" as const,
      })),
    );
    await bulkInsert(
      tx,
      couriers,
      indices(world.couriers).map((n) => ({ courierId: demoId("cou", n), userId: demoUserId.courier(n) })),
    );
    await bulkInsert(tx, orders, past.map(orderRow));
    await bulkInsert(tx, orderLines, past.flatMap(lineRows));
    await bulkInsert(tx, orderFees, past.flatMap(feeRows));
    await bulkInsert(tx, orderHistory, past.flatMap(historyRows));
    await bulkInsert(tx, orderRecipients, past.flatMap(recipientRows));
    await seedPromotions(tx, world.restaurants, now);
  });
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

function orderRow(order: DemoOrder): InferInsertModel<typeof orders> {
  const place = demoLocation("restaurant", order.restaurant);
  const done = order.state === "COMPLETED";
  return {
    id: order.id,
    quoteId: demoId("qot", order.index),
    customerId: order.customerId,
    restaurantId: order.restaurantId,
    state: order.state,
    fulfilment: order.fulfilment,
    ...order.amounts,
    taxInclusive: false,
    restaurantName: order.restaurantName,
    pickupLatitude: place.latitude,
    pickupLongitude: place.longitude,
    zoneId: order.fulfilment === "DELIVERY" ? demoId("zon", order.restaurant % 5 === 4 ? 1 : 0) : null,
    distanceMeters: order.distanceMeters,
    prepSeconds: order.prepSeconds,
    collectionCode: order.fulfilment === "PICKUP" ? String(100_000 + order.index) : null,
    deliveryId: order.deliveryId,
    courierId: order.courierId,
    courierPayMinor: order.courierPayMinor,
    createdAt: order.createdAt,
    placedAt: order.placedAt,
    acceptedAt: order.acceptedAt,
    capturedAt: order.acceptedAt,
    readyAt: order.readyAt,
    closedAt: order.completedAt ?? order.cancelledAt,
    cancelReason: done ? null : "Ordered by mistake",
    cancelFeeMinor: 0,
    cancelFault: done ? null : "CUSTOMER",
    withdrawnAt: order.cancelledAt,
    settledAt: order.cancelledAt,
  };
}

const lineRows = (order: DemoOrder): InferInsertModel<typeof orderLines>[] =>
  order.lines.map((line, position) => ({
    orderId: order.id,
    position,
    itemId: line.itemId,
    name: line.name,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
    listedMinor: line.unitPriceMinor * line.quantity,
    discountMinor: 0,
    netMinor: line.unitPriceMinor * line.quantity,
    taxMinor: line.taxMinor,
    taxRateBps: demoRates.itemTaxBps,
    modifiers: line.modifiers,
  }));

function feeRows({ id: orderId, amounts }: DemoOrder): InferInsertModel<typeof orderFees>[] {
  const tax = (netMinor: number) => Math.floor((netMinor * demoRates.feeTaxBps + 5_000) / 10_000);
  const fees = { DELIVERY: amounts.deliveryFeeMinor, SERVICE: amounts.serviceFeeMinor, SMALL_ORDER: 0 };
  return (Object.keys(fees) as (keyof typeof fees)[]).map((kind) => ({
    orderId,
    kind,
    netMinor: fees[kind],
    taxMinor: tax(fees[kind]),
  }));
}

type Step = [OrderState, OrderCause | "ORDER_CREATED", OrderActor, Date | null];

function stepsOf(order: DemoOrder): Step[] {
  const begin: Step[] = [
    ["PENDING_PAYMENT", "ORDER_CREATED", "CUSTOMER", order.createdAt],
    ["PLACED", "PAYMENT_AUTHORIZED", "SYSTEM", order.placedAt],
  ];
  if (order.state === "CANCELLED")
    return [
      ...begin,
      ["CANCELLING", "CUSTOMER_CANCELLED", "CUSTOMER", new Date(order.placedAt.getTime() + 90_000)],
      ["CANCELLED", "CANCELLATION_SETTLED", "SYSTEM", order.cancelledAt],
    ];
  const handedOver: Step[] =
    order.fulfilment === "PICKUP"
      ? [["COLLECTED", "CUSTOMER_COLLECTED", "RESTAURANT", order.pickedUpAt]]
      : [
          ["PICKED_UP", "COURIER_PICKED_UP", "COURIER", order.pickedUpAt],
          ["DELIVERED", "COURIER_DELIVERED", "COURIER", order.deliveredAt],
        ];
  return [
    ...begin,
    ["ACCEPTED", "RESTAURANT_ACCEPTED", "RESTAURANT", order.acceptedAt],
    ["PREPARING", "PREPARATION_STARTED", "RESTAURANT", order.preparingAt],
    ["READY", "MARKED_READY", "RESTAURANT", order.readyAt],
    ...handedOver,
    ["COMPLETED", "COMPLETION_DUE", "SYSTEM", order.completedAt],
  ];
}

function historyRows(order: DemoOrder): InferInsertModel<typeof orderHistory>[] {
  const people: Partial<Record<OrderActor, string>> = {
    CUSTOMER: order.customerId,
    RESTAURANT: demoUserId.owner(order.restaurant),
  };
  const steps = stepsOf(order);
  return steps.map(([toState, cause, actor, at], position) => ({
    orderId: order.id,
    position,
    fromState: steps[position - 1]?.[0] ?? null,
    toState,
    cause,
    actor,
    actorId: people[actor] ?? null,
    traceId: order.index.toString(16).padStart(32, "0"),
    at: at ?? order.placedAt,
  }));
}

function recipientRows(order: DemoOrder): InferInsertModel<typeof orderRecipients>[] {
  if (order.fulfilment === "PICKUP") return [];
  const recipient = {
    addressId: demoId("adr", order.customer),
    line1: demoStreet(order.customer),
    line2: null,
    city: demoCity(order.customer).name,
    postalCode: null,
    notes: null,
    recipientName: demoCustomerName(order.customer),
    phone: null,
    location: demoLocation("customer", order.customer),
  };
  return [{ orderId: order.id, recipient }];
}
