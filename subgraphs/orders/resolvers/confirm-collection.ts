import { timingSafeEqual } from "node:crypto";
import { handleAsRestaurant } from "../actions/handle-as-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { handlingError } from "./handling-error.ts";
import { askerOf } from "./viewer.ts";

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The restaurant hands a pickup order to its customer. */
export const confirmCollection: NonNullable<MutationResolvers["confirmCollection"]> = async (_, { input }, context) => {
  const code = input.code.trim().slice(0, 20);
  const handled = await handleAsRestaurant(context, askerOf(context), {
    orderId: input.orderId,
    // A delivery order has no code: then the state table refuses.
    allowed: (order) =>
      order.collectionCode === null ||
      same(Buffer.from(code).toString("hex"), Buffer.from(order.collectionCode).toString("hex")),
    change: () => ({ cause: "CUSTOMER_COLLECTED" }),
  });
  if (handled.ok) return changedOrder(context, "ConfirmCollectionSuccess", handled.value);
  if (handled.error.tag !== "WRONG_CODE") return handlingError(handled.error);
  return { __typename: "WrongCodeError", message: "That is not this order's code." };
};
