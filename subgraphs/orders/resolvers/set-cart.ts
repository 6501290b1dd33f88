import { actOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { setCart as set } from "../actions/set-cart.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { cartLines } from "./cart-lines.ts";

/** Replaces the caller's cart. */
export const setCart: NonNullable<MutationResolvers["setCart"]> = async (_, { input }, context) => {
  const { restaurantId } = input;
  const done = await set(context, actOf(context), { restaurantId, lines: cartLines(input.lines) });
  return done.ok
    ? { __typename: "SetCartSuccess", cart: done.value }
    : invalidInput(done.error.field, done.error.message);
};
