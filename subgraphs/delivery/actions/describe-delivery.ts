/** Fills a new delivery with what orders knows, and starts the search for a courier. */
import { applyBps } from "../../../kit/money.ts";
import type { FiredTimer } from "../../../kit/timers.ts";
import { deliveryById, moveDelivery, saveSnapshot } from "../db/queries/deliveries.ts";
import type { Deps } from "../deps.ts";
import type { Point } from "../domain/geo.ts";
import { scheduleMatching } from "./matching-timer.ts";

type Instructions = {
  pickup: Point;
  pickupName: string;
  dropoff: Point;
  dropoffAddress: string;
  recipientName: string | null;
  phone: string | null;
  notes: string | null;
  zoneId: string | null;
  distanceMeters: number;
  feeMinor: number;
  currency: string;
  readyAt: string | null;
};

const query = /* GraphQL */ `
  query DeliveryInstructions($orderId: ID!) {
    deliveryInstructions(orderId: $orderId) {
      pickup {
        latitude
        longitude
      }
      pickupName
      dropoff {
        latitude
        longitude
      }
      dropoffAddress
      recipientName
      phone
      notes
      zoneId
      distanceMeters
      feeMinor
      currency
      readyAt
    }
  }
`;

/** Timer handler: PENDING → SEARCHING. Throws, and so is tried again, as long as orders does not answer. */
export async function describeDelivery(timer: FiredTimer, deps: Deps): Promise<void> {
  const delivery = await deliveryById(deps.db, timer.key);
  if (delivery?.state !== "PENDING") return;
  const { orderId } = delivery;
  const answer = await deps.callSubgraph<{ deliveryInstructions: Instructions | null }>(
    "orders",
    query,
    { orderId },
    timer.traceId,
  );
  const instructions = answer.deliveryInstructions;
  if (!instructions) throw new Error(`orders has no instructions for ${orderId}`);
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const moved = await moveDelivery(tx, {
      id: delivery.id,
      to: "SEARCHING",
      from: ["PENDING"],
      actorId: null,
      now,
      set: {
        pickupLatitude: instructions.pickup.latitude,
        pickupLongitude: instructions.pickup.longitude,
        pickupName: instructions.pickupName,
        zoneId: instructions.zoneId,
        distanceMeters: instructions.distanceMeters,
        currency: instructions.currency,
        feeMinor: instructions.feeMinor,
        courierPayMinor: applyBps(instructions.feeMinor, deps.rules.courierPayBps),
        ...(instructions.readyAt ? { readyAt: new Date(instructions.readyAt) } : {}),
        searchingSince: now,
      },
    });
    if (!moved) return;
    await saveSnapshot(tx, {
      deliveryId: delivery.id,
      dropoffLatitude: instructions.dropoff.latitude,
      dropoffLongitude: instructions.dropoff.longitude,
      dropoffAddress: instructions.dropoffAddress,
      recipientName: instructions.recipientName,
      recipientPhone: instructions.phone,
      notes: instructions.notes,
    });
    await scheduleMatching(tx, deps.rules, now);
  });
}
