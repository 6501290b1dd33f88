import { actOf } from "../../../kit/access/caller.ts";
import { reorder as requote } from "../actions/reorder.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { quoteError } from "./refusals.ts";

/** Prices an earlier order anew. */
export const reorder: NonNullable<MutationResolvers["reorder"]> = async (_, { input }, context) => {
  const made = await requote(context, actOf(context), { orderId: input.orderId, addressId: input.addressId ?? null });
  if (made.ok) return { __typename: "QuoteCartSuccess", quote: made.value };
  const { tag } = made.error;
  if (tag === "PROMOTION" || tag === "TOO_EARLY") throw new Error("a reorder gives no code and no time");
  return quoteError(made.error);
};
