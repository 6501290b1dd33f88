import { actOf } from "../../../kit/access/caller.ts";
import { createRestaurant as create } from "../actions/create-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { refusal } from "./refusals.ts";

/** Adds a restaurant; admins only, by the schema's policy. */
export const createRestaurant: NonNullable<MutationResolvers["createRestaurant"]> = async (_, { input }, context) => {
  const { name, cuisines, currency, taxInclusive, location, timeZone, priceLevel, prepSeconds } = input;
  const outcome = await create(context.db, actOf(context), {
    name,
    cuisines,
    currency,
    taxInclusive,
    location,
    timeZone,
    priceLevel,
    prepSeconds,
    country: input.country ?? null,
    description: input.description ?? "",
    minimumOrderMinor: input.minimumOrderMinor ?? 0,
  });
  return outcome.ok ? { __typename: "CreateRestaurantSuccess", restaurant: outcome.value } : asInvalid(outcome.error);
};

function asInvalid(problem: Parameters<typeof refusal>[0]) {
  const answer = refusal(problem);
  if (answer.__typename === "InvalidInputError") return answer;
  throw new Error("a new restaurant cannot be missing");
}
