import { setRoles as run } from "../actions/govern-user.ts";
import type { UserRole } from "../domain/roles.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, notFound } from "./refusals.ts";
import { visibleTo } from "./user.ts";

/** Gives a person roles. */
export const setRoles: NonNullable<MutationResolvers["setRoles"]> = async (
  _parent,
  { input: { userId, roles } },
  context,
) => {
  const result = await run(context, { userId, roles: roles.map((role) => role.toLowerCase() as UserRole) });
  if (result.ok) return { __typename: "SetRolesSuccess", user: visibleTo(context, result.value) };
  return result.error.kind === "INVALID" ? invalidInput(result.error) : notFound("There is no such person.");
};
