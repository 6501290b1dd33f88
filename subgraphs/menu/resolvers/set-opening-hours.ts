import { actOf } from "../../../kit/access/caller.ts";
import { setOpeningHours as set } from "../actions/set-opening-hours.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { restaurantLoader, spansLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Replaces the weekly hours for one of the restaurant's owners. */
export const setOpeningHours: NonNullable<MutationResolvers["setOpeningHours"]> = async (_, { input }, context) => {
  const { restaurantId, timeZone, spans } = input;
  const outcome = await set(context.db, actOf(context), { restaurantId, timeZone: timeZone ?? null, spans });
  restaurantLoader(context).clear(restaurantId);
  spansLoader(context).clear(restaurantId);
  return outcome.ok ? { __typename: "SetOpeningHoursSuccess", restaurant: outcome.value } : refusal(outcome.error);
};
