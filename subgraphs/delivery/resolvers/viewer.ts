/** Who looks, as the rules of access want it. */
import { graphqlError } from "../../../kit/errors.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { maySee, type Viewer } from "../domain/access.ts";
import { courierOfUserLoader, restaurantsOfUserLoader } from "./loaders.ts";

/** Id of the signed-in user. Throws UNAUTHENTICATED for anyone else. */
export function userIdOf(ctx: Context): string {
  if (ctx.caller.kind !== "user") throw graphqlError("UNAUTHENTICATED");
  return ctx.caller.userId;
}

/** True for support and admin. */
export const isSupport = (ctx: Context): boolean =>
  ctx.caller.kind === "user" && (ctx.caller.roles.includes("support") || ctx.caller.roles.includes("admin"));

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
