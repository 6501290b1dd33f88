import { deleteCart } from "../db/changes.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { reference } from "./references.ts";
import { askerOf } from "./viewer.ts";

/** Empties the caller's cart. */
export const clearCart: NonNullable<MutationResolvers["clearCart"]> = async (_, __, context) => {
  const { userId } = askerOf(context);
  await deleteCart(context.db, userId);
  return { user: reference(userId) };
};
