/** A scheduled order's time has come: its stock is held and payments is told to charge, or it ends. */
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { inTransaction, patchOrder } from "../db/changes.ts";
import { linesByOrder, lockOrder, ordersByIds } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { isMissed, whyUnavailable } from "../domain/schedule.ts";
import { idsOf } from "../events/announce.ts";
import { publish } from "../events/published.ts";
import { reserveStock } from "./ask.ts";
import { changeState } from "./change-state.ts";
import { holdUntil } from "./hold-until.ts";
import { authorizationTimeout } from "./state-timers.ts";

type Waiting = OrderRow & { scheduledFor: Date };

const isWaiting = (order: OrderRow | null | undefined): order is Waiting =>
  order?.state === "SCHEDULED" && order.dueAt === null && order.scheduledFor !== null;

/**
 * Timer handler. Throws while menu is away, and so is tried again; asking twice holds the stock once. What the order
 * became meanwhile is looked at again before anything is written: stock held for nothing goes back at menu by itself.
 */
export async function placeDueOrder({ key, traceId }: FiredTimer, deps: Deps): Promise<void> {
  const seen = (await ordersByIds(deps.db, [key])).get(key);
  if (!isWaiting(seen)) return;
  const refusal = await whyNot(deps, seen, traceId);
  const now = deps.clock.now();
  await inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, key);
    if (!isWaiting(order)) return;
    const act = { actorId: null, reason: refusal, now, traceId };
    if (refusal !== null) {
      const change = { cause: "SCHEDULE_UNAVAILABLE", patch: { cancelReason: refusal } } as const;
      await changeState(tx, order, change, act, deps.settings);
      return;
    }
    await patchOrder(tx, key, { dueAt: now });
    const dueAt = new Date(now.getTime() + deps.settings.AUTHORIZATION_TIMEOUT_MS);
    await schedule(tx, { name: authorizationTimeout, key, dueAt, traceId });
    await publish(
      tx,
      { type: "order.due.v1", aggregateId: key, data: { ...idsOf(order), payUntil: dueAt.toISOString() } },
      act,
    );
  });
}

/** Holds the stock; why it cannot be had, in words for the customer, or null. */
async function whyNot(deps: Deps, order: Waiting, traceId: string): Promise<string | null> {
  const now = deps.clock.now();
  if (isMissed(order.scheduledFor, now, deps.settings.SCHEDULE_GRACE_MS))
    return "Its time passed before it could be placed.";
  const lines = (await linesByOrder(deps.db, [order.id])).get(order.id) ?? [];
  const problems = await reserveStock(
    { ...deps, traceId },
    {
      orderId: order.id,
      restaurantId: order.restaurantId,
      at: (order.scheduledFor > now ? order.scheduledFor : now).toISOString(),
      expiresAt: holdUntil(now, deps.settings.AUTHORIZATION_TIMEOUT_MS, deps.settings).toISOString(),
      lines: lines.map(({ itemId, quantity }) => ({ itemId, quantity })),
    },
  );
  return problems.length === 0 ? null : whyUnavailable(problems, lines);
}
