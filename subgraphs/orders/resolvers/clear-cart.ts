import { personOf } from "../../../kit/access/caller.ts";
import { deleteCart } from "../db/changes.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { reference } from "./references.ts";

/** Empties the caller's cart. */
export const clearCart: NonNullable<MutationResolvers["clearCart"]> = async (_, __, context) => {
  const { userId } = personOf(context);
  await deleteCart(context.db, userId);
  return { user: reference(userId) };
};
