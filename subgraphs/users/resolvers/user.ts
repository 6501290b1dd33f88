/** A person, as far as the caller may see them. */
import { addressesOf } from "../db/addresses.ts";
import { membershipsOf } from "../db/memberships.ts";
import { userById } from "../db/queries.ts";
import type { UserRow } from "../db/tables.ts";
import { seesAll } from "../domain/visibility.ts";
import type { Context } from "../deps.ts";
import type { DietaryPreference, Role, UserResolvers } from "../generated/resolvers.ts";

/** A person with whether the one who asks may see everything. */
export type VisibleUser = { row: UserRow; all: boolean };

/** The person as the caller may see them. */
export function visibleTo(context: Context, row: UserRow): VisibleUser {
  const { caller } = context;
  const viewer = caller.kind === "user" ? caller : { userId: null, roles: [] };
  return { row, all: seesAll(viewer, row.id) };
}

/** The person of an id as the caller may see them; null when there is none. */
export async function loadVisible(context: Context, id: string): Promise<VisibleUser | null> {
  const row = await userById(context).load(id);
  return row ? visibleTo(context, row) : null;
}

/** A person to themselves: they have just shown who they are, though the request came without an identity. */
export const toThemselves = (row: UserRow): VisibleUser => ({ row, all: true });

const whenAll =
  <T>(read: (row: UserRow) => T) =>
  ({ row, all }: VisibleUser): T | null =>
    all ? read(row) : null;

export const user: UserResolvers = {
  __resolveReference: (reference, context) => loadVisible(context, reference.id),
  id: ({ row }) => row.id,
  displayName: ({ row }) => row.displayName,
  email: whenAll((row) => row.email),
  phone: whenAll((row) => row.phone),
  roles: whenAll((row) => row.roles.map((role) => role.toUpperCase() as Role)),
  status: whenAll((row) => row.status),
  createdAt: whenAll((row) => row.createdAt),
  addresses: async ({ row, all }, _args, context) => (all ? ((await addressesOf(context).load(row.id)) ?? []) : null),
  preferences: whenAll((row) => ({
    language: row.language,
    notifications: { orderUpdates: row.notifyOrderUpdates, promotions: row.notifyPromotions },
    diet: row.diet as DietaryPreference[],
  })),
  memberships: async ({ row, all }, _args, context) =>
    all ? ((await membershipsOf(context).load(row.id)) ?? []) : null,
};
