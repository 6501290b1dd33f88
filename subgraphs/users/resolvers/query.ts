/** The questions that users answers. */
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { myData } from "../actions/my-data.ts";
import { userIdOf } from "../actions/caller.ts";
import { findAddress } from "../db/addresses.ts";
import { auditPage } from "../db/audit.ts";
import { findMembership, membersOf } from "../db/memberships.ts";
import { searchUsers } from "../db/queries.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { decodeCursor, page, pageSize } from "./page.ts";
import { loadVisible, visibleTo } from "./user.ts";

function userCursor(cursor: string | null | undefined): { createdAt: Date; id: string } | null {
  const text = decodeCursor(cursor);
  if (text === null) return null;
  const [time = "", id = ""] = text.split(" ");
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !isId("usr", id))
    throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
  return { createdAt, id };
}

function sequenceCursor(cursor: string | null | undefined): number | null {
  const text = decodeCursor(cursor);
  if (text === null) return null;
  if (!/^\d{1,15}$/.test(text)) throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
  return Number(text);
}

const privileged = (roles: readonly string[]): boolean => roles.includes("support") || roles.includes("admin");

export const query: QueryResolvers = {
  me: (_parent, _args, context) => loadVisible(context, userIdOf(context)),
  user: (_parent, { id }, context) => (isId("usr", id) ? loadVisible(context, id) : null),
  users: async (_parent, { search, first, after }, context) => {
    const text = search?.trim() ?? "";
    if (text.length === 1 || text.length > 100)
      throw graphqlError("BAD_USER_INPUT", "search takes 2 to 100 characters.");
    const rows = await searchUsers(context.db, {
      search: text === "" ? null : text,
      limit: pageSize(first) + 1,
      after: userCursor(after),
    });
    return page(rows, {
      first,
      after,
      cursorOf: (row) => `${row.createdAt.toISOString()} ${row.id}`,
      nodeOf: (row) => visibleTo(context, row),
    });
  },
  restaurantMembers: async (_parent, { restaurantId }, context) => {
    if (!isId("rst", restaurantId) || context.caller.kind !== "user") return null;
    const own = await findMembership(context.db, context.caller.userId, restaurantId);
    const allowed = own?.role === "OWNER" || privileged(context.caller.roles);
    return allowed ? membersOf(context.db, restaurantId) : null;
  },
  auditLog: async (_parent, { subjectId, actorId, first, after }, context) => {
    const before = sequenceCursor(after);
    const options = { subjectId: subjectId ?? null, actorId: actorId ?? null, before, limit: pageSize(first) + 1 };
    const rows = await auditPage(context.db, options);
    return page(rows, { first, after, cursorOf: (row) => String(row.sequence), nodeOf: (row) => row });
  },
  myData: (_parent, _args, context) => myData(context, userIdOf(context)),
  addressForOrder: (_parent, { userId, addressId }, context) =>
    isId("usr", userId) && isId("adr", addressId) ? findAddress(context.db, userId, addressId) : null,
};
