import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { reserveStock as reserve } from "../actions/reserve-stock.ts";
import { maxLines } from "../domain/pricing.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";

/** Holds stock for an order; called by orders alone. */
export const reserveStock: NonNullable<MutationResolvers["reserveStock"]> = async (_, { input }, context) => {
  if (!isId("ord", input.orderId)) throw graphqlError("BAD_USER_INPUT", "orderId is not an order's id.");
  if (!isId("rst", input.restaurantId)) throw graphqlError("BAD_USER_INPUT", "restaurantId is not a restaurant's id.");
  if (input.lines.length < 1 || input.lines.length > maxLines) {
    throw graphqlError("BAD_USER_INPUT", `lines must be 1 to ${maxLines}.`);
  }
  const problems = await reserve(context.db, input, { now: context.clock.now(), traceId: context.traceId });
  return { ok: problems.length === 0, problems };
};
