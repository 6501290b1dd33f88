/** Fills a new delivery with what orders knows, and starts the search for a courier. */
import { applyBps } from "../../../kit/money.ts";
import type { FiredTimer } from "../../../kit/events/timers.ts";
import { deliveryById, moveDelivery, saveSnapshot } from "../db/queries/deliveries.ts";
import type { Deps } from "../deps.ts";
import type { Point } from "../domain/geo.ts";

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
  if (!answer.deliveryInstructions) throw new Error(`orders has no instructions for ${orderId}`);
  await startSearch(deps, delivery.id, answer.deliveryInstructions);
}

async function startSearch(deps: Deps, id: string, told: Instructions): Promise<void> {
  const now = deps.clock.now();
  const { zoneId, distanceMeters, currency, feeMinor, pickupName } = told;
  await deps.db.transaction(async (tx) => {
    const set = {
      zoneId,
      distanceMeters,
      currency,
      feeMinor,
      pickupName,
      pickupLatitude: told.pickup.latitude,
      pickupLongitude: told.pickup.longitude,
      courierPayMinor: applyBps(feeMinor, deps.settings.COURIER_PAY_BPS),
      ...(told.readyAt ? { readyAt: new Date(told.readyAt) } : {}),
      searchingSince: now,
    };
    const moved = await moveDelivery(tx, { id, to: "SEARCHING", from: ["PENDING"], actorId: null, now, set });
    if (!moved) return;
    await saveSnapshot(tx, {
      deliveryId: id,
      dropoffLatitude: told.dropoff.latitude,
      dropoffLongitude: told.dropoff.longitude,
      dropoffAddress: told.dropoffAddress,
      recipientName: told.recipientName,
      recipientPhone: told.phone,
      notes: told.notes,
    });
  });
}
