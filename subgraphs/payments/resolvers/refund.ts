/** Fields of Refund that are not columns, and the page of flagged refunds. */
import { isSupport } from "../../../kit/access/caller.ts";
import { z } from "zod";
import { pageOf, cursorId, cursorInstant } from "../../../kit/graphql/connection.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { linesByRefund } from "../db/refund-lines.ts";
import { attemptsByRefund, flaggedRefundsPage } from "../db/refund-queries.ts";
import type { Context } from "../deps.ts";
import type { QueryResolvers, RefundResolvers } from "../generated/resolvers.ts";
import { paymentById, visible } from "./access.ts";

const attemptsOf = defineLoader((context: Context, ids: readonly string[]) => attemptsByRefund(context.db, ids));
const linesOf = defineLoader((context: Context, ids: readonly string[]) => linesByRefund(context.db, ids));

export const Refund: RefundResolvers = {
  amount: ({ amountMinor, currency }) => ({ amount: amountMinor, currency }),
  payment: async ({ paymentId }, _, context) => visible(context, await paymentById(context).load(paymentId)),
  tax: ({ taxMinor, currency }) => ({ amount: taxMinor, currency }),
  fault: ({ fault }, _, context) => (isSupport(context) ? fault : null),
  lines: async ({ id, currency }, _, context) =>
    ((await linesOf(context).load(id)) ?? []).map(({ lineId, name, itemId, quantity, amountMinor }) => ({
      orderLineId: lineId,
      name,
      item: { id: itemId },
      quantity,
      amount: { amount: amountMinor, currency },
    })),
  attempts: async ({ id }, _, context) => (await attemptsOf(context).load(id)) ?? 1,
  failureReason: ({ failure }, _, context) => (isSupport(context) ? failure : null),
  flaggedAt: ({ flaggedAt }, _, context) => (isSupport(context) ? flaggedAt : null),
};

const cursorShape = z.tuple([cursorInstant, cursorId("rfd")]);

/** Refunds that need a person's look, longest first. Throws BAD_USER_INPUT as `pageOf`. */
export const flaggedRefunds: NonNullable<QueryResolvers["flaggedRefunds"]> = (_, page, { db }) =>
  pageOf(page, {
    name: "flagged refunds",
    shape: cursorShape,
    read: (slice) => flaggedRefundsPage(db, slice),
    positionOf: ({ flaggedAt, id }) => [flaggedAt?.getTime() ?? 0, id],
    edgeOf: (node) => ({ node }),
  });
