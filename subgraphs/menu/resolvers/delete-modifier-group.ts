import { actOf } from "../../../kit/access/caller.ts";
import { deleteModifierGroup as remove } from "../actions/edit-modifier-group.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { groupLoader, groupsLoader } from "./loaders.ts";
import { missing } from "./refusals.ts";

/** Takes a choice off its item for one of the restaurant's owners. */
export const deleteModifierGroup: NonNullable<MutationResolvers["deleteModifierGroup"]> = async (
  _,
  { input },
  context,
) => {
  const outcome = await remove(context.db, actOf(context), input.groupId);
  for (const loader of [groupLoader, groupsLoader]) loader(context).clearAll();
  return outcome.ok ? { __typename: "DeleteModifierGroupSuccess", item: outcome.value } : missing("modifier group");
};
