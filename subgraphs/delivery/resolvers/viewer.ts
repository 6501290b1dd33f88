/** Who looks, as the rules of access want it. */
import { isSupport } from "../../../kit/access/caller.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { maySee, type Viewer } from "../domain/access.ts";
import { courierOfUserLoader, restaurantsOfUserLoader } from "./loaders.ts";

/** The signed-in user with their courier record and restaurants; null for anyone else. */
export async function viewerOf(ctx: Context): Promise<Viewer | null> {
  if (ctx.caller.kind !== "user") return null;
  const { userId } = ctx.caller;
  const [courier, restaurantIds] = await Promise.all([
    courierOfUserLoader(ctx).load(userId),
    restaurantsOfUserLoader(ctx).load(userId),
  ]);
  return {
    userId,
    isSupport: isSupport(ctx),
    courierId: courier?.id ?? null,
    restaurantIds: restaurantIds ?? new Set(),
  };
}

/** The delivery if the caller may see it, else null. */
export async function ifVisible(ctx: Context, delivery: DeliveryRow | null): Promise<DeliveryRow | null> {
  const viewer = await viewerOf(ctx);
  return delivery && viewer && maySee(viewer, delivery) ? delivery : null;
}
