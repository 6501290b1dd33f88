/** An earlier order at today's prices: a fresh quote of its lines. */
import { err, type Result } from "../../../kit/result.ts";
import { putBackCart } from "../db/changes.ts";
import { linesByOrder, ordersByIds, recipientOf } from "../db/queries.ts";
import type { QuoteRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { quoteCart, type Asker, type QuoteRefusal } from "./quote-cart.ts";

/**
 * Quotes the caller's earlier order anew, with its tip and as soon as possible; to `addressId`, or to where it went. An
 * order that was never paid is the cart again, unless there is another by now.
 */
export async function reorder(
  deps: Deps,
  asker: Asker,
  { orderId, addressId }: { orderId: string; addressId: string | null },
): Promise<Result<QuoteRow, QuoteRefusal>> {
  const order = (await ordersByIds(deps.db, [orderId])).get(orderId);
  if (order === undefined || order.customerId !== asker.userId) return err({ tag: "NOT_FOUND", what: "order" });
  const lines = (await linesByOrder(deps.db, [orderId])).get(orderId) ?? [];
  const earlier = addressId ?? (await recipientOf(deps.db, orderId))?.addressId ?? null;
  const chosen = lines.map((line) => ({
    itemId: line.itemId,
    quantity: line.quantity,
    modifierIds: line.modifiers.map((modifier) => modifier.id),
  }));
  // Placing it emptied the cart, and nothing came of it.
  if (order.state === "PAYMENT_FAILED")
    await putBackCart(deps.db, asker.userId, order.restaurantId, chosen, deps.clock.now());
  return quoteCart(deps, asker, {
    restaurantId: order.restaurantId,
    lines: chosen,
    fulfilment: order.fulfilment,
    addressId: order.fulfilment === "DELIVERY" ? earlier : null,
    tipMinor: order.fulfilment === "DELIVERY" ? order.tipMinor : 0,
    scheduledFor: null,
  });
}
