import { actOf } from "../../../kit/access/caller.ts";
import { setItemAvailability as change } from "../actions/change-menu-item.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { itemLoader, menuLoader } from "./loaders.ts";
import { missing } from "./refusals.ts";

/** Switches an item on or off for anyone who works at the restaurant. */
export const setItemAvailability: NonNullable<MutationResolvers["setItemAvailability"]> = async (
  _,
  { input },
  context,
) => {
  const outcome = await change(context.db, actOf(context), input.itemId, input.available);
  itemLoader(context).clear(input.itemId);
  menuLoader(context).clearAll();
  return outcome.ok ? { __typename: "SetItemAvailabilitySuccess", item: outcome.value } : missing("item");
};
