/** What the events of other subgraphs do to orders. An event that comes too late changes nothing but facts. */
import { restaurantLeft } from "../actions/end-waiting-orders.ts";
import type { Tx } from "../../../kit/database/db.ts";
import type { EventHandlers, HandlerContext } from "../../../kit/events/inbox.ts";
import { schedule } from "../../../kit/events/timers.ts";
import type { Events } from "../../../schema/events.ts";
import { endingOf } from "../actions/cancel-order.ts";
import { changeState, type Change } from "../actions/change-state.ts";
import { failedUndecided, noCourier, restartTimer } from "../actions/state-timers.ts";
import { patchOrder, putCourier, putMembership, type OrderPatch } from "../db/changes.ts";
import { requestErasure } from "../db/erasure.ts";
import { lockOrder, userOfCourier } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { withoutReason, withReason, type AttentionReason } from "../domain/attention.ts";
import { settlesCancellation, type Refund } from "../domain/cancellation.ts";
import type { OrderState } from "../domain/order-states.ts";

type Handling = Deps & HandlerContext;

/** Makes the move where the order is in one of `from`; elsewhere the event is out of date. */
async function moveFrom(
  tx: Tx,
  order: OrderRow,
  from: readonly OrderState[],
  change: Change,
  context: Handling,
  by: { reason?: string; actorId?: string | null } = {},
) {
  if (!from.includes(order.state)) return null;
  const act = { actorId: null, reason: null, now: context.now, traceId: context.traceId, ...by };
  const moved = await changeState(tx, order, change, act, context.settings);
  // The table says when a move must wait for a fact that is still on its way; the inbox tries again.
  if (!moved.ok) throw new Error(`order ${order.id} cannot go on from ${order.state}: ${moved.error}`);
  return moved.value;
}

async function methodSaved(tx: Tx, orderId: string, context: Handling): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order === null || order.scheduledFor === null) return;
  await moveFrom(tx, order, ["PENDING_PAYMENT"], { cause: "PAYMENT_METHOD_SAVED" }, context);
}

async function authorized(tx: Tx, orderId: string, context: Handling): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order === null) return;
  // An order for later whose charge was not asked for has no stock yet: that charge is not for now.
  const from = order.scheduledFor === null ? "PENDING_PAYMENT" : "SCHEDULED";
  if (from === "SCHEDULED" && order.dueAt === null) return;
  await moveFrom(tx, order, [from], { cause: "PAYMENT_AUTHORIZED", patch: { placedAt: context.now } }, context);
}

/** Notes one half of a cancellation; the second half ends it. */
async function confirmCancellation(tx: Tx, orderId: string, half: "withdrawnAt" | "settledAt", context: Handling) {
  const order = await lockOrder(tx, orderId);
  if (order?.state !== "CANCELLING") return;
  const noted = await patchOrder(tx, orderId, { [half]: order[half] ?? context.now });
  if (noted?.withdrawnAt == null || noted.settledAt === null) return;
  await moveFrom(tx, noted, ["CANCELLING"], { cause: "CANCELLATION_SETTLED" }, context);
}

async function refunded(tx: Tx, data: Refund & { orderId: string }, context: Handling): Promise<void> {
  const order = await lockOrder(tx, data.orderId);
  if (order === null || !settlesCancellation(data, order)) return;
  await confirmCancellation(tx, order.id, "settledAt", context);
}

async function paymentFailed(tx: Tx, orderId: string, reason: string, context: Handling): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order === null) return;
  await moveFrom(tx, order, ["PENDING_PAYMENT", "SCHEDULED"], { cause: "PAYMENT_DECLINED" }, context, { reason });
  await confirmCancellation(tx, orderId, "settledAt", context);
}

const refusedCharge = "The card's charge was refused.";

async function captureFailed(tx: Tx, orderId: string, reason: string, context: Handling): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order === null) return;
  const change = {
    cause: "CAPTURE_REFUSED" as const,
    patch: { ...(await endingOf(tx, order, "PLATFORM", context.settings))?.patch, cancelReason: refusedCharge },
  };
  await moveFrom(tx, order, ["ACCEPTED", "PREPARING", "READY"], change, context, { reason });
}

type PickedUp = {
  orderId: string;
  deliveryId: string;
  courierId?: string | undefined;
  courierPayMinor?: number | undefined;
};

async function pickedUp(tx: Tx, data: PickedUp, context: Handling) {
  let order = await lockOrder(tx, data.orderId);
  if (order === null) return;
  const patch: OrderPatch = { deliveryId: data.deliveryId };
  if (data.courierId !== undefined) patch.courierId = data.courierId;
  if (data.courierPayMinor !== undefined) patch.courierPayMinor = data.courierPayMinor;
  const cancelled: OrderPatch = {
    withdrawnAt: null,
    settledAt: null,
    cancelReason: null,
    cancelFault: null,
    cancelFeeMinor: 0,
    cancelCharge: null,
    endedIn: null,
  };
  const by = { actorId: data.courierId === undefined ? null : await userOfCourier(tx, data.courierId) };
  await moveFrom(
    tx,
    order,
    ["CANCELLING"],
    { cause: "CANCELLATION_REFUSED", patch: { ...patch, ...cancelled } },
    context,
  );
  // The kitchen forgot both buttons: the courier's code proves that the food left it.
  order = (await moveFrom(tx, order, ["ACCEPTED"], { cause: "PREPARATION_STARTED" }, context)) ?? order;
  await moveFrom(tx, order, ["PREPARING", "READY"], { cause: "COURIER_PICKED_UP", patch }, context, by);
}

async function delivered(
  tx: Tx,
  data: { orderId: string; deliveryId: string; courierId: string; courierPayMinor: number },
  context: Handling,
): Promise<void> {
  const order = await lockOrder(tx, data.orderId);
  if (order === null) return;
  const { deliveryId, courierId, courierPayMinor } = data;
  const patch = { deliveryId, courierId, courierPayMinor };
  await moveFrom(tx, order, ["PICKED_UP"], { cause: "COURIER_DELIVERED", patch }, context, {
    actorId: await userOfCourier(tx, courierId),
  });
}

async function assigned(
  tx: Tx,
  data: { orderId: string; deliveryId: string; courierId: string },
  context: Handling,
): Promise<void> {
  const order = await lockOrder(tx, data.orderId);
  if (order === null) return;
  const { deliveryId, courierId } = data;
  await patchOrder(tx, order.id, { deliveryId, courierId, attention: withoutReason(order, "NO_COURIER") });
  await restartTimer(tx, order, noCourier, context.settings, context);
}

/** The delivery came to nothing: support decides, and when nobody has by then, time does. */
async function deliveryFailed(
  tx: Tx,
  data: { orderId: string; courierId: string; courierPayMinor?: number | undefined },
  context: Handling,
): Promise<void> {
  const order = await lockOrder(tx, data.orderId);
  if (order?.state !== "PICKED_UP") return;
  const { courierId, courierPayMinor = order.courierPayMinor } = data;
  const attention = withReason(order, "DELIVERY_FAILED");
  const noted = await patchOrder(tx, order.id, { courierId, courierPayMinor, attention });
  const dueAt = new Date(context.now.getTime() + context.settings.FAILED_UNDECIDED_MS);
  if (noted !== null) await schedule(tx, { name: failedUndecided, key: order.id, dueAt, traceId: context.traceId });
}

async function needsSupport(tx: Tx, orderId: string, reason: AttentionReason): Promise<void> {
  const order = await lockOrder(tx, orderId);
  if (order !== null) await patchOrder(tx, orderId, { attention: withReason(order, reason) });
}

/** The topics that orders takes. */
export const topics = ["payment", "delivery", "membership", "courier", "user", "restaurant"] as const;

/** The handlers of every consumed type. */
export const handlers: EventHandlers<Deps, Events> = {
  "payment.method-saved.v1": (tx, { data }, context) => methodSaved(tx, data.orderId, context),
  "payment.authorized.v1": (tx, { data }, context) => authorized(tx, data.orderId, context),
  "payment.failed.v1": (tx, { data }, context) => paymentFailed(tx, data.orderId, data.reason, context),
  "payment.captured.v1": async (tx, { data }, context) =>
    void (await patchOrder(tx, data.orderId, { capturedAt: context.now })),
  "payment.capture-failed.v1": (tx, { data }, context) => captureFailed(tx, data.orderId, data.reason, context),
  "payment.voided.v1": (tx, { data }, context) => confirmCancellation(tx, data.orderId, "settledAt", context),
  "payment.refunded.v1": (tx, { data }, context) => refunded(tx, data, context),
  "delivery.created.v1": async (tx, { data }) =>
    void (await patchOrder(tx, data.orderId, { deliveryId: data.deliveryId })),
  "delivery.assigned.v1": (tx, { data }, context) => assigned(tx, data, context),
  "delivery.unassigned.v1": async (tx, { data }) => void (await patchOrder(tx, data.orderId, { courierId: null })),
  "delivery.picked-up.v1": (tx, { data }, context) => pickedUp(tx, data, context),
  "delivery.withdrawal-refused.v1": (tx, { data }, context) => pickedUp(tx, data, context),
  "delivery.delivered.v1": (tx, { data }, context) => delivered(tx, data, context),
  "delivery.cancelled.v1": (tx, { data }, context) => confirmCancellation(tx, data.orderId, "withdrawnAt", context),
  "delivery.failed.v1": (tx, { data }, context) => deliveryFailed(tx, data, context),
  "delivery.support-needed.v1": (tx, { data }) => needsSupport(tx, data.orderId, "NO_COURIER"),
  "restaurant.changed.v1": async (tx, { data }, context) => {
    if (data.status !== "PERMANENTLY_CLOSED") return;
    await schedule(tx, { name: restaurantLeft, key: data.restaurantId, dueAt: context.now, traceId: context.traceId });
  },
  "courier.changed.v1": (tx, { data }) => putCourier(tx, data.courierId, data.userId),
  "membership.changed.v1": (tx, { data }) => putMembership(tx, data.userId, data.restaurantId, data.role),
  "user.erased.v1": (tx, { data }, context) => requestErasure(tx, data.userId, context.now),
};
