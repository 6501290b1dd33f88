import { actOf } from "../../../kit/access/caller.ts";
import { createModifierGroup as create } from "../actions/edit-modifier-group.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { groupLoader, groupsLoader, modifiersLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Adds a choice to an item for one of the restaurant's owners. */
export const createModifierGroup: NonNullable<MutationResolvers["createModifierGroup"]> = async (
  _,
  { input },
  context,
) => {
  const { itemId, name, minChoices, maxChoices } = input;
  const modifiers = input.modifiers.map((each) => ({
    name: each.name,
    priceMinor: each.priceMinor,
    available: each.available ?? true,
  }));
  const outcome = await create(context.db, actOf(context), itemId, { name, minChoices, maxChoices, modifiers });
  for (const loader of [groupLoader, groupsLoader, modifiersLoader]) loader(context).clearAll();
  return outcome.ok ? { __typename: "CreateModifierGroupSuccess", ...outcome.value } : refusal(outcome.error);
};
