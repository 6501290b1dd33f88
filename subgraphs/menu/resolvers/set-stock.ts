import { actOf } from "../../../kit/access/caller.ts";
import { setStock as change } from "../actions/change-menu-item.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { itemLoader, menuLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Sets the portions left for anyone who works at the restaurant. */
export const setStock: NonNullable<MutationResolvers["setStock"]> = async (_, { input }, context) => {
  const outcome = await change(context.db, actOf(context), input.itemId, input.stock ?? null);
  itemLoader(context).clear(input.itemId);
  menuLoader(context).clearAll();
  return outcome.ok ? { __typename: "SetStockSuccess", item: outcome.value } : refusal(outcome.error);
};
