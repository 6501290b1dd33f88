import { actOf } from "../../../kit/access/caller.ts";
import { updateModifierGroup as update } from "../actions/edit-modifier-group.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { groupLoader, groupsLoader, modifiersLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Replaces a choice and its modifiers for one of the restaurant's owners. */
export const updateModifierGroup: NonNullable<MutationResolvers["updateModifierGroup"]> = async (
  _,
  { input },
  context,
) => {
  const { groupId, name, minChoices, maxChoices } = input;
  const modifiers = input.modifiers.map((each) => ({
    name: each.name,
    priceMinor: each.priceMinor,
    available: each.available ?? true,
  }));
  const outcome = await update(context.db, actOf(context), groupId, { name, minChoices, maxChoices, modifiers });
  for (const loader of [groupLoader, groupsLoader, modifiersLoader]) loader(context).clearAll();
  return outcome.ok ? { __typename: "UpdateModifierGroupSuccess", ...outcome.value } : refusal(outcome.error);
};
