/** An earlier order at today's prices: a fresh quote of its lines. */
import { err, type Result } from "../../../kit/result.ts";
import { linesByOrder, ordersByIds, recipientOf } from "../db/queries.ts";
import type { QuoteRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { quoteCart, type Asker, type QuoteRefusal } from "./quote-cart.ts";

/** Quotes the caller's earlier order anew, without tip and as soon as possible; to `addressId`, or to where it went. */
export async function reorder(
  deps: Deps,
  asker: Asker,
  { orderId, addressId }: { orderId: string; addressId: string | null },
): Promise<Result<QuoteRow, QuoteRefusal>> {
  const order = (await ordersByIds(deps.db, [orderId])).get(orderId);
  if (order === undefined || order.customerId !== asker.userId) return err({ tag: "NOT_FOUND", what: "order" });
  const lines = (await linesByOrder(deps.db, [orderId])).get(orderId) ?? [];
  const earlier = addressId ?? (await recipientOf(deps.db, orderId))?.addressId ?? null;
  return quoteCart(deps, asker, {
    restaurantId: order.restaurantId,
    lines: lines.map((line) => ({
      itemId: line.itemId,
      quantity: line.quantity,
      modifierIds: line.modifiers.map((modifier) => modifier.id),
    })),
    fulfilment: order.fulfilment,
    addressId: order.fulfilment === "DELIVERY" ? earlier : null,
    tipMinor: 0,
    scheduledFor: null,
  });
}
