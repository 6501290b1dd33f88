/** The questions that users answers. */
import { personOf } from "../../../kit/access/caller.ts";
import { z } from "zod";
import { cursorId, cursorInstant, pageOf } from "../../../kit/graphql/connection.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { myData } from "../actions/my-data.ts";
import { findAddress } from "../db/addresses.ts";
import { auditPage } from "../db/audit.ts";
import { findMembership, membersOf } from "../db/memberships.ts";
import { searchUsers } from "../db/queries.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { loadVisible, visibleTo } from "./user.ts";

const userCursor = z.tuple([cursorInstant, cursorId("usr")]);
const sequenceCursor = z.tuple([z.int().min(0)]);

const privileged = (roles: readonly string[]): boolean => roles.includes("support") || roles.includes("admin");

export const query: QueryResolvers = {
  me: (_parent, _args, context) => loadVisible(context, personOf(context).userId),
  user: (_parent, { id }, context) => (isId("usr", id) ? loadVisible(context, id) : null),
  users: async (_parent, { search, ...page }, context) => {
    const text = search?.trim() ?? "";
    if (text.length === 1 || text.length > 100)
      throw graphqlError("BAD_USER_INPUT", "search takes 2 to 100 characters.");
    return pageOf(page, {
      name: "users",
      shape: userCursor,
      read: (slice) => searchUsers(context.db, text === "" ? null : text, slice),
      positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
      edgeOf: (row) => ({ node: visibleTo(context, row) }),
    });
  },
  restaurantMembers: async (_parent, { restaurantId }, context) => {
    if (!isId("rst", restaurantId) || context.caller.kind !== "user") return null;
    const own = await findMembership(context.db, context.caller.userId, restaurantId);
    const allowed = own?.role === "OWNER" || privileged(context.caller.roles);
    return allowed ? membersOf(context.db, restaurantId) : null;
  },
  auditLog: (_parent, { subjectId, actorId, ...page }, { db }) => {
    const about = { subjectId: subjectId ?? null, actorId: actorId ?? null };
    return pageOf(page, {
      name: "audit",
      shape: sequenceCursor,
      read: (slice) => auditPage(db, about, slice),
      positionOf: ({ sequence }) => [sequence],
      edgeOf: (node) => ({ node }),
    });
  },
  myData: (_parent, _args, context) => myData(context, personOf(context).userId),
  addressForOrder: (_parent, { userId, addressId }, context) =>
    isId("usr", userId) && isId("adr", addressId) ? findAddress(context.db, userId, addressId) : null,
};
