/** Mutation payOrder. */
import { personOf } from "../../../kit/access/caller.ts";
import { payOrder as act, type PayProblem } from "../actions/pay-order.ts";
import { paymentsById } from "../db/queries.ts";
import type { NotOpenReason } from "../domain/tries.ts";
import type { Context } from "../deps.ts";
import type { MutationResolvers, ResolversTypes } from "../generated/resolvers.ts";

type Answer = Awaited<ResolversTypes["PayOrderResult"]>;

/** Tries another card for an order, for its customer. */
export const payOrder: NonNullable<MutationResolvers["payOrder"]> = async (_, { input }, context) => {
  const { orderId, paymentMethod, idempotencyKey } = input;
  const done = await act(
    context,
    { id: personOf(context).userId, traceId: context.traceId },
    { orderId, paymentMethod, idempotencyKey },
  );
  if (!done.ok) return answerOf(context, done.error);
  return { __typename: "PayOrderSuccess", payment: await found(context, done.value.paymentId) };
};

async function found({ db }: Context, paymentId: string) {
  const payment = (await paymentsById(db, [paymentId])).get(paymentId);
  if (!payment) throw new Error("the payment is gone");
  return payment;
}

const messages: Record<NotOpenReason, string> = {
  PAID: "The order is paid.",
  SAVED: "A card is kept for the order; it is charged when the order is due.",
  IN_PROGRESS: "A card is being charged; wait for its answer.",
  TIME_OVER: "The time to pay the order is over.",
  NO_TRIES_LEFT: "Too many cards were declined.",
  ORDER_ENDED: "The order is over.",
};

async function answerOf(context: Context, problem: PayProblem): Promise<Answer> {
  switch (problem.tag) {
    case "INVALID":
      return { __typename: "InvalidInputError", message: problem.message, field: problem.field };
    case "NOT_FOUND":
      return { __typename: "NotFoundError", message: "There is no such order." };
    case "KEY_REUSED":
      return { __typename: "PaymentKeyReusedError", message: "This idempotency key was used for another payment." };
    case "NOT_OPEN": {
      const { reason, paymentId } = problem;
      const payment = await found(context, paymentId);
      return { __typename: "PaymentNotOpenError", message: messages[reason], reason, payment };
    }
  }
}
