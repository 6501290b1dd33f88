/** What a person chooses, kept until they order it. */
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { putCart } from "../db/changes.ts";
import type { CartRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { checkLines, type CartLine, type RequestProblem } from "../domain/quote.ts";
import { unknownToMenu } from "./ask.ts";
import type { Asker } from "./quote-cart.ts";

const noRestaurant = { field: "restaurantId", message: "That is not a restaurant." };
const noDish = (index: number) => ({
  field: `lines.${index}.itemId`,
  message: "That is not a dish of the restaurant.",
});

function checkIds(restaurantId: string, lines: readonly CartLine[]): RequestProblem | null {
  if (!isId("rst", restaurantId)) return noRestaurant;
  const wrong = lines.findIndex((line) => !isId("itm", line.itemId));
  if (wrong >= 0) return noDish(wrong);
  const odd = lines.findIndex((line) => !line.modifierIds.every((id) => isId("mod", id)));
  return odd >= 0 ? { field: `lines.${odd}.modifierIds`, message: "That is not a modifier." } : null;
}

/**
 * Replaces the caller's cart; each dish must be on the restaurant's menu. Throws SUBGRAPH_UNAVAILABLE, with nothing stored,
 * when the menu is away.
 */
export async function setCart(
  deps: Deps,
  { userId, traceId }: Asker,
  { restaurantId, lines }: { restaurantId: string; lines: CartLine[] },
): Promise<Result<CartRow, RequestProblem>> {
  const problem = checkLines(lines) ?? checkIds(restaurantId, lines);
  if (problem !== null) return err(problem);
  const itemIds = [...new Set(lines.map(({ itemId }) => itemId))];
  const unknown = await unknownToMenu({ ...deps, traceId }, { restaurantId, itemIds });
  if (unknown.restaurant) return err(noRestaurant);
  const missing = lines.findIndex(({ itemId }) => unknown.itemIds.has(itemId));
  if (missing >= 0) return err(noDish(missing));
  return ok(await putCart(deps.db, userId, restaurantId, lines, deps.clock.now()));
}
