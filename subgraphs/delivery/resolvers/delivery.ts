import type { DeliveryRow, SnapshotRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { maySeePay, maySeePickupCode, maySeeRecipient, type Viewer } from "../domain/access.ts";
import { etaOf } from "../domain/eta.ts";
import { isHeld } from "../domain/delivery-states.ts";
import type { Point } from "../domain/geo.ts";
import type { DeliveryResolvers } from "../generated/resolvers.ts";
import { courierLoader, deliveryLoader, snapshotLoader, stepsLoader } from "./loaders.ts";
import { ifVisible, viewerOf } from "./viewer.ts";
import { etaRule } from "../settings.ts";

const pointOf = (latitude: number | null | undefined, longitude: number | null | undefined): Point | null =>
  latitude == null || longitude == null ? null : { latitude, longitude };

const pickupOf = (row: DeliveryRow): Point | null => pointOf(row.pickupLatitude, row.pickupLongitude);
const dropoffOf = (snapshot: SnapshotRow | null): Point | null =>
  pointOf(snapshot?.dropoffLatitude, snapshot?.dropoffLongitude);

const moneyOf = (amount: number | null, currency: string | null) =>
  amount === null || currency === null ? null : { amount, currency };

async function allowed(
  ctx: Context,
  row: DeliveryRow,
  rule: (viewer: Viewer, row: DeliveryRow) => boolean,
): Promise<boolean> {
  const viewer = await viewerOf(ctx);
  return viewer !== null && rule(viewer, row);
}

/** The personal data, when the caller may read it. */
const recipientOf = async (ctx: Context, row: DeliveryRow): Promise<SnapshotRow | null> =>
  (await allowed(ctx, row, maySeeRecipient)) ? snapshotLoader(ctx).load(row.id) : null;

async function arrivalOf(ctx: Context, row: DeliveryRow): Promise<Date | null> {
  const [snapshot, courier] = await Promise.all([
    snapshotLoader(ctx).load(row.id),
    row.courierId && isHeld(row.state) ? courierLoader(ctx).load(row.courierId) : null,
  ]);
  const { state, distanceMeters, readyAt, kitchen } = row;
  const now = ctx.clock.now();
  return etaOf(
    {
      state,
      distanceMeters,
      pickup: pickupOf(row),
      dropoff: dropoffOf(snapshot),
      readyAt: kitchen === "READY" ? now : readyAt,
      courier: pointOf(courier?.latitude, courier?.longitude),
    },
    now,
    etaRule(ctx.settings),
  );
}

/** Fields of Delivery that are not columns, or not for everyone who may see it. */
export const Delivery: DeliveryResolvers = {
  __resolveReference: async ({ id }, ctx) => ifVisible(ctx, await deliveryLoader(ctx).load(id)),
  order: ({ orderId }) => ({ id: orderId }),
  restaurant: ({ restaurantId }) => ({ id: restaurantId }),
  courier: ({ courierId }, _args, ctx) => (courierId ? courierLoader(ctx).load(courierId) : null),
  pickup: (row) => pickupOf(row),
  dropoff: async (row, _args, ctx) => dropoffOf(await recipientOf(ctx, row)),
  dropoffAddress: async (row, _args, ctx) => (await recipientOf(ctx, row))?.dropoffAddress ?? null,
  recipientName: async (row, _args, ctx) => (await recipientOf(ctx, row))?.recipientName ?? null,
  recipientPhone: async (row, _args, ctx) => (await recipientOf(ctx, row))?.recipientPhone ?? null,
  notes: async (row, _args, ctx) => (await recipientOf(ctx, row))?.notes ?? null,
  fee: (row) => moneyOf(row.feeMinor, row.currency),
  courierPay: async (row, _args, ctx) =>
    (await allowed(ctx, row, maySeePay)) ? moneyOf(row.courierPayMinor, row.currency) : null,
  pickupCode: async (row, _args, ctx) => ((await allowed(ctx, row, maySeePickupCode)) ? row.pickupCode || null : null),
  returnRequestedAt: async (row, _args, ctx) => ((await allowed(ctx, row, maySeePay)) ? row.returnAskedAt : null),
  estimatedArrivalAt: (row, _args, ctx) => arrivalOf(ctx, row),
  proof: (row) => (row.proofNote === null ? null : { note: row.proofNote, photoUrl: row.proofPhotoUrl }),
  history: async (row, _args, ctx) => (await stepsLoader(ctx).load(row.id)) ?? [],
};
