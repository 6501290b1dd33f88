/** Disputes: fields that are not columns, and the pages of support and of a restaurant's owners. */
import { isSupport } from "../../../kit/access/caller.ts";
import { z } from "zod";
import { cursorInstant, pageOf, type PageArguments } from "../../../kit/graphql/connection.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { disputesPage, evidenceByDispute, type DisputeFilter } from "../db/dispute-queries.ts";
import { disputeStates, type DisputeState } from "../domain/dispute-states.ts";
import type { Context } from "../deps.ts";
import type { DisputeResolvers, QueryResolvers, RestaurantResolvers } from "../generated/resolvers.ts";
import { paymentById, visible } from "./access.ts";
import { maySeePayouts } from "./payout-access.ts";

const evidenceOf = defineLoader((context: Context, ids: readonly string[]) => evidenceByDispute(context.db, ids));

export const Dispute: DisputeResolvers = {
  amount: ({ amountMinor, currency }) => ({ amount: amountMinor, currency }),
  returned: ({ returnedMinor, currency }) => ({ amount: returnedMinor, currency }),
  payment: async ({ paymentId }, _, context) => visible(context, await paymentById(context).load(paymentId)),
  restaurant: ({ restaurantId }) => ({ id: restaurantId }),
  evidence: async ({ id }, _, context) =>
    ((await evidenceOf(context).load(id)) ?? [])
      .filter(({ contributor }) => contributor === "RESTAURANT" || isSupport(context))
      .map(({ texts, ...rest }) => ({
        ...rest,
        texts: Object.entries(texts).map(([field, text]) => ({ field, text })),
      })),
  attention: ({ attention }, _, context) => (isSupport(context) ? attention : null),
  fault: ({ fault }, _, context) => (isSupport(context) ? fault : null),
  failureReason: ({ failure }, _, context) => (isSupport(context) ? failure : null),
};

// The provider's name of a dispute, which is no id of ours.
const cursorShape = z.tuple([cursorInstant, z.string().regex(/^\w{1,255}$/)]);

/** Throws BAD_USER_INPUT for a bad page. */
const disputesOf = ({ db }: Context, filter: DisputeFilter, page: PageArguments) =>
  pageOf(page, {
    name: "disputes",
    shape: cursorShape,
    read: (slice) => disputesPage(db, filter, slice),
    positionOf: ({ openedAt, id }) => [openedAt.getTime(), id],
    edgeOf: (node) => ({ node }),
  });

function statesOf(states: readonly DisputeState[] | null | undefined): DisputeState[] | null {
  if (states == null) return null;
  if (states.length <= disputeStates.length) return [...states];
  throw graphqlError("BAD_USER_INPUT", `states must be at most ${disputeStates.length}.`);
}

/** Disputes for support, newest first. */
export const disputes: NonNullable<QueryResolvers["disputes"]> = (_, { filter, ...page }, context) => {
  const { evidenceDueBefore: dueBefore = null, needsAttention = null, restaurantId = null } = filter ?? {};
  if (restaurantId !== null && !isId("rst", restaurantId)) throw graphqlError("BAD_USER_INPUT", "No restaurant's id.");
  return disputesOf(context, { states: statesOf(filter?.states), dueBefore, needsAttention, restaurantId }, page);
};

/** A restaurant's disputes, newest first; null for those who may not see them. */
export const disputesOfRestaurant: NonNullable<RestaurantResolvers["disputes"]> = async (
  { id: restaurantId },
  { states, ...page },
  context,
) => {
  if (!(await maySeePayouts(context, { ownerKind: "RESTAURANT", owner: restaurantId }))) return null;
  return disputesOf(context, { states: statesOf(states), dueBefore: null, needsAttention: null, restaurantId }, page);
};
