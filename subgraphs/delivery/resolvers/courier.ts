import { isSupport } from "../../../kit/access/caller.ts";
import type { CourierRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import type { CourierResolvers } from "../generated/resolvers.ts";
import { courierLoader, knownCourierLoader } from "./loaders.ts";

const isSelf = (ctx: Context, courier: CourierRow): boolean =>
  ctx.caller.kind === "user" && ctx.caller.userId === courier.userId;

async function maySeePlace(ctx: Context, courier: CourierRow): Promise<boolean> {
  if (isSupport(ctx) || isSelf(ctx, courier)) return true;
  return (await knownCourierLoader(ctx).load(courier.id))?.live ?? false;
}

/** Fields of Courier that are not columns. Strangers find nobody, former customers no place. */
export const Courier: CourierResolvers = {
  __resolveReference: async ({ id }, ctx) => {
    const courier = await courierLoader(ctx).load(id);
    if (!courier) return null;
    const known = isSupport(ctx) || isSelf(ctx, courier) || (await knownCourierLoader(ctx).load(id)) !== null;
    return known ? courier : null;
  },
  user: ({ userId }) => ({ id: userId }),
  location: async (courier, _args, ctx) => {
    const { latitude, longitude } = courier;
    return latitude !== null && longitude !== null && (await maySeePlace(ctx, courier))
      ? { latitude, longitude }
      : null;
  },
  locatedAt: async (courier, _args, ctx) => ((await maySeePlace(ctx, courier)) ? courier.locatedAt : null),
};
