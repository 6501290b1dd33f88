import { actOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { writeNote as write } from "../actions/write-note.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";

/** Keeps a note about a restaurant. */
export const writeNote: NonNullable<MutationResolvers["writeNote"]> = async (_, { input }, context) => {
  const outcome = await write(context, actOf(context), input.restaurantId, input.text);
  if (outcome.ok) return { __typename: "WriteNoteSuccess", note: outcome.value };
  switch (outcome.error) {
    case "UNKNOWN_RESTAURANT":
      return invalidInput("input.restaurantId", "This is no restaurant.");
    case "LENGTH":
      return invalidInput("input.text", "A note has 1 to 500 characters.");
  }
};
