/** A person's work for a restaurant. */
import type { MembershipResolvers } from "../generated/resolvers.ts";
import { loadVisible } from "./user.ts";

export const membership: MembershipResolvers = {
  role: ({ id, role }) => {
    if (role === null) throw new Error(`${id} has ended`);
    return role;
  },
  since: (row) => row.changedAt,
  user: (row, _args, context) => loadVisible(context, row.userId),
  restaurant: (row) => ({ __typename: "Restaurant", id: row.restaurantId }),
};
