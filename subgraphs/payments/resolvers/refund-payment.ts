/** Mutation refundPayment. */
import { personOf, isAdmin } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { refundPayment as act, type RefundProblem } from "../actions/refund-payment.ts";
import { paymentsById } from "../db/queries.ts";
import { refundWithPayment } from "../db/refunds.ts";
import type { RefundInput } from "../domain/refund-request.ts";
import type { MutationResolvers, RefundPaymentInput, ResolversTypes } from "../generated/resolvers.ts";

type Answer = Awaited<ResolversTypes["RefundPaymentResult"]>;

/** Pays back a captured payment, for support and admin. */
export const refundPayment: NonNullable<MutationResolvers["refundPayment"]> = async (_, { input }, context) => {
  const agent = { id: personOf(context).userId, isAdmin: isAdmin(context) };
  const done = await act(context, agent, plain(input), context.traceId);
  if (!done.ok) return answerOf(done.error);
  const payment = (await paymentsById(context.db, [done.value.paymentId])).get(done.value.paymentId);
  const found = await refundWithPayment(context.db, done.value.refundId);
  if (!payment || !found) throw new Error("the refund is gone");
  return { __typename: "RefundPaymentSuccess", payment, refund: found.refund };
};

/** The input as data: GraphQL's objects have no prototype. */
function plain(input: RefundPaymentInput): RefundInput {
  const { paymentId, amountMinor, fault, reason, idempotencyKey } = input;
  const lines = input.lines?.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }));
  return { paymentId, amountMinor, lines, fault, reason, idempotencyKey };
}

function answerOf(problem: RefundProblem): Answer {
  switch (problem.tag) {
    case "INVALID":
      return invalidInput(problem.field, problem.message);
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
    case "EXCEEDS_LINE": {
      const { lineId: orderLineId, leftQuantity: refundableQuantity } = problem;
      const message = "That is more of the line than is left to pay back.";
      return { __typename: "RefundExceedsLineError", message, orderLineId, refundableQuantity };
    }
    case "ABOVE_LIMIT": {
      const { period, currency } = problem;
      const limit = { amount: problem.limitMinor, currency };
      const left = { amount: problem.leftMinor, currency };
      const message =
        period === "DAY" ? "That is more than support may give back in a day." : "Support may not give back so much.";
      return { __typename: "SupportLimitError", message, period, limit, left };
    }
  }
}
