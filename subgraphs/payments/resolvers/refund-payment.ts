/** Mutation refundPayment. */
import { graphqlError } from "../../../kit/errors.ts";
import { refundPayment as act, type RefundProblem } from "../actions/refund-payment.ts";
import { paymentsById } from "../db/queries.ts";
import { refundWithPayment } from "../db/refunds.ts";
import type { MutationResolvers, ResolversTypes } from "../generated/resolvers.ts";

type Answer = Awaited<ResolversTypes["RefundPaymentResult"]>;

/** Pays back a captured payment, for support and admin. */
export const refundPayment: NonNullable<MutationResolvers["refundPayment"]> = async (_, { input }, context) => {
  if (context.caller.kind !== "user") throw graphqlError("UNAUTHENTICATED");
  const { paymentId, amountMinor, reason, idempotencyKey } = input;
  const done = await act(
    context,
    context.caller.userId,
    { paymentId, amountMinor, reason, idempotencyKey },
    context.traceId,
  );
  if (!done.ok) return answerOf(done.error);
  const payment = (await paymentsById(context.db, [done.value.paymentId])).get(done.value.paymentId);
  const found = await refundWithPayment(context.db, done.value.refundId);
  if (!payment || !found) throw new Error("the refund is gone");
  return { __typename: "RefundPaymentSuccess", payment, refund: found.refund };
};

function answerOf(problem: RefundProblem): Answer {
  switch (problem.tag) {
    case "INVALID":
      return { __typename: "InvalidInputError", message: problem.message, field: problem.field };
    case "NOT_FOUND":
      return { __typename: "NotFoundError", message: "There is no such payment." };
    case "KEY_REUSED":
      return { __typename: "RefundKeyReusedError", message: "This idempotency key was used for another refund." };
    case "NOT_CAPTURED":
      return {
        __typename: "NothingCapturedError",
        message: "Nothing was taken that could be paid back.",
        state: problem.state,
      };
    case "EXCEEDS_CAPTURE": {
      const refundable = { amount: problem.leftMinor, currency: problem.currency };
      return { __typename: "RefundExceedsCaptureError", message: "That is more than is left to pay back.", refundable };
    }
  }
}
