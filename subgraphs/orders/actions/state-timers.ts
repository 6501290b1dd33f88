/** The timers that an order carries while it is in certain states: entering them sets the timer, leaving takes it away. */
import { cancelTimer, schedule } from "../../../kit/events/timers.ts";
import type { Tx } from "../../../kit/database/db.ts";
import type { Act } from "../db/changes.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Settings } from "../deps.ts";
import type { OrderState } from "../domain/order-states.ts";
import { dueAtOf, promisedReadyAt } from "../domain/schedule.ts";

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

type StateTimer = {
  name: string;
  during: readonly OrderState[];
  /** When it fires, seen from the moment of entering; without it something else sets the timer. */
  dueAt?: (order: OrderRow, now: Date, settings: Settings) => Date;
};

/** Fires when payments leaves the charge of a due order unanswered; place-due-order.ts sets it. */
export const authorizationTimeout = "authorization-timeout";

/** Fires when nobody decided on a failed delivery in time; the news of the failure sets it. */
export const failedUndecided = "failed-undecided";

/** Fires when a ready order is not fetched; a courier who takes it has as long again. */
export const noCourier = "no-courier";

/** A courier is given a while from when the food is ready; a customer who fetches it, from when it is both promised and ready. */
function notFetchedAt(order: OrderRow, now: Date, settings: Settings): Date {
  if (order.fulfilment === "DELIVERY") return after(now, settings.NO_COURIER_MS);
  const promised = promisedReadyAt(order, order.prepSeconds, order.acceptedAt ?? now);
  return after(promised > now ? promised : now, settings.NO_SHOW_MS);
}

const stateTimers: readonly StateTimer[] = [
  {
    name: "payment-timeout",
    during: ["PENDING_PAYMENT"],
    dueAt: (_, now, settings) => after(now, settings.PAYMENT_TIMEOUT_MS),
  },
  {
    name: "schedule-due",
    during: ["SCHEDULED"],
    dueAt: (order, now, settings) => dueAtOf(order.scheduledFor ?? now, settings.SCHEDULE_LEAD_MS),
  },
  { name: authorizationTimeout, during: ["SCHEDULED"] },
  {
    name: "acceptance-timeout",
    during: ["PLACED"],
    dueAt: (_, now, settings) => after(now, settings.ACCEPTANCE_TIMEOUT_MS),
  },
  {
    name: "kitchen-late",
    during: ["ACCEPTED", "PREPARING"],
    dueAt: (order, now, settings) => after(order.readyAt ?? now, settings.LATE_GRACE_MS),
  },
  { name: noCourier, during: ["READY"], dueAt: notFetchedAt },
  { name: failedUndecided, during: ["PICKED_UP"] },
  {
    name: "delivery-overdue",
    during: ["PICKED_UP"],
    dueAt: (_, now, settings) => after(now, settings.DELIVERY_ALERT_MS),
  },
  {
    name: "cancellation-stuck",
    during: ["CANCELLING"],
    dueAt: (_, now, settings) => after(now, settings.CANCELLATION_ALERT_MS),
  },
  {
    name: "completion-due",
    during: ["DELIVERED", "COLLECTED"],
    dueAt: (_, now, settings) => after(now, settings.COMPLETION_DELAY_MS),
  },
];

/** Sets and takes away the timers of an order that came from `from` (null when it is new) into its present state. */
export async function setStateTimers(
  tx: Tx,
  order: OrderRow,
  from: OrderState | null,
  settings: Settings,
  act: Act,
): Promise<void> {
  for (const { name, during, dueAt } of stateTimers) {
    const was = from !== null && during.includes(from);
    const is = during.includes(order.state);
    if (was && !is) await cancelTimer(tx, { name, key: order.id });
    if (!was && is && dueAt !== undefined)
      await schedule(tx, { name, key: order.id, dueAt: dueAt(order, act.now, settings), traceId: act.traceId });
  }
}

/** Gives the state in which the order is as much time again as it had at first; nothing where the timer has no say. */
export async function restartTimer(
  tx: Tx,
  order: OrderRow,
  name: string,
  settings: Settings,
  act: Omit<Act, "actorId">,
) {
  const timer = stateTimers.find((one) => one.name === name && one.during.includes(order.state));
  if (timer?.dueAt === undefined) return;
  await schedule(tx, { name, key: order.id, dueAt: timer.dueAt(order, act.now, settings), traceId: act.traceId });
}
