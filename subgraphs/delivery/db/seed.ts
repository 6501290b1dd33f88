/** The demo world's zones, couriers, restaurant members and past deliveries. */
import { bulkInsert } from "../../../kit/database/bulk-insert.ts";
import type { Db } from "../../../kit/database/db.ts";
import { demoOrder } from "../../../demo/world/orders.ts";
import { demoCustomerName, demoStreet } from "../../../demo/world/people.ts";
import {
  demoCity,
  demoCurrency,
  demoId,
  demoLocation,
  demoUserId,
  sizes,
  type SeedSize,
} from "../../../demo/world/world.ts";
import type { DeliveryState } from "../domain/delivery-states.ts";
import { cellOf } from "../domain/neighbourhood.ts";
import type { ZoneArea } from "../domain/zones.ts";
import { couriers, deliveries, deliverySnapshots, deliverySteps, memberships, zones } from "./tables.ts";

const areas: { name: string; area: ZoneArea }[] = [
  { name: "Jakarta", area: { kind: "CIRCLE", center: { latitude: -6.2, longitude: 106.8167 }, radiusMeters: 12_000 } },
  {
    name: "Surabaya",
    area: {
      kind: "POLYGON",
      corners: [
        { latitude: -7.1575, longitude: 112.6521 },
        { latitude: -7.1575, longitude: 112.8521 },
        { latitude: -7.3575, longitude: 112.8521 },
        { latitude: -7.3575, longitude: 112.6521 },
      ],
    },
  },
];

const zoneRows = () =>
  areas.map(({ name, area }, n) => ({
    id: demoId("zon", n),
    name,
    area,
    currency: demoCurrency,
    baseFeeMinor: 700_000,
    perKmFeeMinor: 200_000,
  }));

const courierRows = (count: number, now: Date) =>
  Array.from({ length: count }, (_, n) => {
    const { latitude, longitude } = demoLocation("courier", n);
    const place = { latitude, longitude, cell: cellOf({ latitude, longitude }), locatedAt: now };
    return { id: demoId("cou", n), userId: demoUserId.courier(n), status: "OFFLINE" as const, ...place };
  });

const memberRows = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    userId: demoUserId.owner(n),
    restaurantId: demoId("rst", n),
    role: "OWNER" as const,
  }));

type PastOrder = ReturnType<typeof demoOrder>;

function deliveryRow(order: PastOrder) {
  const pickup = demoLocation("restaurant", order.restaurant);
  return {
    id: order.deliveryId ?? "",
    orderId: order.id,
    customerId: order.customerId,
    restaurantId: order.restaurantId,
    state: "DELIVERED" as const,
    courierId: order.courierId,
    kitchen: "READY" as const,
    zoneId: demoId("zon", order.restaurant % 5 === 4 ? 1 : 0),
    pickupLatitude: pickup.latitude,
    pickupLongitude: pickup.longitude,
    pickupName: order.restaurantName,
    distanceMeters: order.distanceMeters,
    currency: order.amounts.currency,
    feeMinor: order.amounts.deliveryFeeMinor,
    courierPayMinor: order.courierPayMinor,
    readyAt: order.readyAt,
    pickupCode: String(1000 + (order.index % 9000)),
    proofNote: "Handed to the customer.",
    createdAt: order.acceptedAt ?? order.placedAt,
    searchingSince: order.acceptedAt,
    assignedAt: order.preparingAt,
    pickedUpAt: order.pickedUpAt,
    deliveredAt: order.deliveredAt,
    endedAt: order.deliveredAt,
  };
}

function stepRows(order: PastOrder) {
  const before = (at: Date | null, seconds: number) => at && new Date(at.getTime() - seconds * 1000);
  const steps: [DeliveryState, Date | null][] = [
    ["PENDING", order.acceptedAt],
    ["SEARCHING", order.acceptedAt],
    ["ASSIGNED", order.preparingAt],
    ["AT_PICKUP", before(order.pickedUpAt, 60)],
    ["PICKED_UP", order.pickedUpAt],
    ["AT_DROPOFF", before(order.deliveredAt, 60)],
    ["DELIVERED", order.deliveredAt],
  ];
  return steps.map(([state, at]) => ({ deliveryId: order.deliveryId ?? "", state, at: at ?? order.placedAt }));
}

function snapshotRow(order: PastOrder) {
  const dropoff = demoLocation("customer", order.customer);
  return {
    deliveryId: order.deliveryId ?? "",
    dropoffLatitude: dropoff.latitude,
    dropoffLongitude: dropoff.longitude,
    dropoffAddress: `${demoStreet(order.customer)}, ${demoCity(order.customer).name}`,
    recipientName: demoCustomerName(order.customer),
  };
}

/** Fills an empty database with the demo world; does nothing when zones are there. Couriers start OFFLINE. */
export async function seed(db: Db, size: SeedSize, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const present = await tx.select({ id: zones.id }).from(zones).limit(1);
    if (present.length > 0) return;
    const world = sizes[size];
    const past = Array.from({ length: world.orders }, (_, n) => demoOrder(n, size, now)).filter(
      (order) => order.deliveryId,
    );
    await tx.insert(zones).values(zoneRows());
    await bulkInsert(tx, couriers, courierRows(world.couriers, now));
    await bulkInsert(tx, memberships, memberRows(world.restaurants));
    await bulkInsert(tx, deliveries, past.map(deliveryRow));
    await bulkInsert(tx, deliverySnapshots, past.map(snapshotRow));
    await bulkInsert(tx, deliverySteps, past.flatMap(stepRows));
  });
}
