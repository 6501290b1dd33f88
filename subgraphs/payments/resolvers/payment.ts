/** Fields of Payment that are not columns. */
import { isSupport } from "../../../kit/access/caller.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { tryingOf } from "../actions/observe-intent.ts";
import { triesByPayment } from "../db/tries.ts";
import { openUntil, triesLeft, whyNotOpen } from "../domain/tries.ts";
import type { PaymentResolvers } from "../generated/resolvers.ts";
import { historyByPayment } from "../db/queries.ts";
import { linesByPayment } from "../db/refund-lines.ts";
import { disputesByPayment } from "../db/dispute-queries.ts";
import { refundsByPayment } from "../db/refund-queries.ts";
import type { Context } from "../deps.ts";
import { isPayer, paymentById, visible } from "./access.ts";

const refundsOf = defineLoader((context: Context, ids: readonly string[]) => refundsByPayment(context.db, ids));
const disputesOf = defineLoader((context: Context, ids: readonly string[]) => disputesByPayment(context.db, ids));
const historyOf = defineLoader((context: Context, ids: readonly string[]) => historyByPayment(context.db, ids));
const triesOf = defineLoader((context: Context, ids: readonly string[]) => triesByPayment(context.db, ids));
const linesOf = defineLoader((context: Context, ids: readonly string[]) => linesByPayment(context.db, ids));

export const Payment: PaymentResolvers = {
  __resolveReference: async ({ id }, context) => visible(context, await paymentById(context).load(id)),
  order: ({ orderId }) => ({ id: orderId }),
  customer: ({ customerId }) => ({ id: customerId }),
  amount: ({ amountMinor, currency }) => ({ amount: amountMinor, currency }),
  captured: ({ capturedMinor, currency }) => ({ amount: capturedMinor, currency }),
  refunded: ({ refundedMinor, currency }) => ({ amount: refundedMinor, currency }),
  nextActionUrl: (payment, _, context) => (isPayer(context, payment) ? payment.nextActionUrl : null),
  tries: async ({ id }, _, context) =>
    ((await triesOf(context).load(id)) ?? []).map(({ failure: failureReason, ...tried }) => ({
      ...tried,
      failureReason,
    })),
  triesLeft,
  payUntil: (payment, _, { clock }) => openUntil(tryingOf(payment), clock.now()),
  canPayAgain: (payment, _, { clock }) => whyNotOpen(tryingOf(payment), clock.now()) === null,
  refunds: async ({ id }, _, context) => (await refundsOf(context).load(id)) ?? [],
  disputes: async ({ id }, _, context) => (isSupport(context) ? ((await disputesOf(context).load(id)) ?? []) : []),
  lines: async ({ id, currency }, _, context) =>
    ((await linesOf(context).load(id)) ?? []).map((line) => ({
      orderLineId: line.lineId,
      name: line.name,
      item: { id: line.itemId },
      quantity: line.quantity,
      refundedQuantity: line.refundedQuantity,
      amount: { amount: line.netMinor + line.taxMinor, currency },
      tax: { amount: line.taxMinor, currency },
      refunded: { amount: line.refundedMinor, currency },
    })),
  history: async ({ id }, _, context) => (await historyOf(context).load(id)) ?? [],
};
