/** Fields of Refund and Dispute that are not columns, and the page of flagged refunds. */
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { defineLoader } from "../../../kit/loaders.ts";
import { attemptsByRefund, flaggedRefundsPage } from "../db/refund-queries.ts";
import type { RefundRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import type { DisputeResolvers, QueryResolvers, RefundResolvers } from "../generated/resolvers.ts";
import { isBackOffice, paymentById, visible } from "./access.ts";

const attemptsOf = defineLoader((context: Context, ids: readonly string[]) => attemptsByRefund(context.db, ids));

export const Refund: RefundResolvers = {
  amount: ({ amountMinor, currency }) => ({ amount: amountMinor, currency }),
  payment: async ({ paymentId }, _, context) => visible(context, await paymentById(context).load(paymentId)),
  attempts: async ({ id }, _, context) => (await attemptsOf(context).load(id)) ?? 1,
  failureReason: ({ failure }, _, context) => (isBackOffice(context) ? failure : null),
  flaggedAt: ({ flaggedAt }, _, context) => (isBackOffice(context) ? flaggedAt : null),
};

export const Dispute: DisputeResolvers = {
  amount: ({ amountMinor, currency }) => ({ amount: amountMinor, currency }),
};

const encode = (refund: RefundRow): string =>
  Buffer.from(`${refund.flaggedAt?.getTime() ?? 0}:${refund.id}`).toString("base64url");

function decode(cursor: string): { flaggedAt: Date; id: string } {
  const [time = "", id = ""] = Buffer.from(cursor, "base64url").toString().split(":");
  if (!/^\d{1,15}$/.test(time) || !isId("rfd", id))
    throw graphqlError("BAD_USER_INPUT", "That is not a cursor of this list.");
  return { flaggedAt: new Date(Number(time)), id };
}

/** Refunds that need a person's look, longest first. Throws BAD_USER_INPUT for a bad cursor or `first` outside 1 to 100. */
export const flaggedRefunds: NonNullable<QueryResolvers["flaggedRefunds"]> = async (_, { first, after }, context) => {
  const limit = first ?? 20;
  if (limit < 1 || limit > 100) throw graphqlError("BAD_USER_INPUT", "first lies between 1 and 100.");
  const rows = await flaggedRefundsPage(context.db, limit + 1, after == null ? null : decode(after));
  const edges = rows.slice(0, limit).map((node) => ({ cursor: encode(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > limit,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};
