/** The kitchen begins; right after acceptance the charge of the card is still under way, so this waits for it. */
import { setTimeout as wait } from "node:timers/promises";
import type { Result } from "../../../kit/result.ts";
import { ordersByIds } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { handleAsRestaurant, type HandleRefusal, type Handling } from "./handle-as-restaurant.ts";
import type { Asker } from "./quote-cart.ts";

/** How long between two looks, milliseconds: a capture takes some hundreds. */
const lookEveryMs = 100;

/** Resolves when the order is captured or has left ACCEPTED, when `CAPTURE_WAIT_MS` are over, or when the caller has left. */
async function captured({ db, settings }: Deps, orderId: string, left: AbortSignal): Promise<void> {
  const deadline = performance.now() + settings.CAPTURE_WAIT_MS;
  for (;;) {
    // Between two looks no connection is held.
    const order = (await ordersByIds(db, [orderId])).get(orderId);
    if (order?.state !== "ACCEPTED" || order.capturedAt !== null) return;
    const rest = deadline - performance.now();
    if (rest <= 0 || left.aborted) return;
    await wait(Math.min(lookEveryMs, rest), undefined, { signal: left }).catch(() => {});
  }
}

/** Makes the move; while the payment is not captured it waits for that as long as the settings say and the caller is there. */
export async function startPreparing(
  deps: Deps,
  asker: Asker,
  orderId: string,
  left: AbortSignal,
): Promise<Result<OrderRow, HandleRefusal>> {
  const handling: Handling = { orderId, change: () => ({ cause: "PREPARATION_STARTED" }) };
  const first = await handleAsRestaurant(deps, asker, handling);
  if (first.ok || first.error.tag !== "NOT_CAPTURED") return first;
  await captured(deps, orderId, left);
  return left.aborted ? first : handleAsRestaurant(deps, asker, handling);
}
