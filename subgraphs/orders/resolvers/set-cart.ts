import { isId } from "../../../kit/id.ts";
import { putCart } from "../db/changes.ts";
import { checkLines } from "../domain/quote.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { cartLines } from "./cart-lines.ts";
import { invalidInput } from "./refusals.ts";
import { askerOf } from "./viewer.ts";

/** Replaces the caller's cart. */
export const setCart: NonNullable<MutationResolvers["setCart"]> = async (_, { input }, context) => {
  if (!isId("rst", input.restaurantId)) return invalidInput("restaurantId", "That is not a restaurant.");
  const lines = cartLines(input.lines);
  const problem = checkLines(lines);
  if (problem !== null) return invalidInput(problem.field, problem.message);
  const wrong = lines.findIndex((line) => !isId("itm", line.itemId));
  if (wrong >= 0) return invalidInput(`lines.${wrong}.itemId`, "That is not a dish.");
  const odd = lines.findIndex((line) => !line.modifierIds.every((id) => isId("mod", id)));
  if (odd >= 0) return invalidInput(`lines.${odd}.modifierIds`, "That is not a modifier.");
  const cart = await putCart(context.db, askerOf(context).userId, input.restaurantId, lines, context.clock.now());
  return { __typename: "SetCartSuccess", cart };
};
