/** Invariant 5: only listed transitions; terminal states never change; a history replays to the current state. */
import type { Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import { terminal, type Say } from "./violation.ts";

/** The moves of the domain's table of order states, written down here a second time on purpose. */
const orderMoves = new Set([
  "null>PENDING_PAYMENT",
  "PENDING_PAYMENT>PLACED",
  "PENDING_PAYMENT>SCHEDULED",
  "PENDING_PAYMENT>PAYMENT_FAILED",
  "SCHEDULED>PLACED",
  "SCHEDULED>PAYMENT_FAILED",
  "SCHEDULED>EXPIRED",
  "PLACED>ACCEPTED",
  "PLACED>REJECTED",
  "PLACED>EXPIRED",
  "ACCEPTED>PREPARING",
  "PREPARING>READY",
  "PREPARING>PICKED_UP",
  "READY>PICKED_UP",
  "READY>COLLECTED",
  "PICKED_UP>DELIVERED",
  "PICKED_UP>DELIVERY_FAILED",
  "DELIVERED>COMPLETED",
  "COLLECTED>COMPLETED",
  ...["PENDING_PAYMENT", "SCHEDULED", "PLACED", "ACCEPTED", "PREPARING", "READY"].map((from) => `${from}>CANCELLING`),
  "CANCELLING>CANCELLED",
  "CANCELLING>PICKED_UP",
]);

const deliveryMoves = new Set([
  "null>PENDING",
  "PENDING>SEARCHING",
  "SEARCHING>ASSIGNED",
  "ASSIGNED>AT_PICKUP",
  "ASSIGNED>SEARCHING",
  "AT_PICKUP>SEARCHING",
  "AT_PICKUP>PICKED_UP",
  "PICKED_UP>AT_DROPOFF",
  "AT_DROPOFF>DELIVERED",
  "PICKED_UP>FAILED",
  "AT_DROPOFF>FAILED",
  "FAILED>RETURNED",
  ...["PENDING", "SEARCHING", "ASSIGNED", "AT_PICKUP", "null"].map((from) => `${from}>CANCELLED`),
]);

/** States of a payment that nothing may leave but towards a dispute's end. */
const paymentEnds = new Set(["VOIDED", "EXPIRED"]);

type Step = { from: string | null; to: string };

function checkSteps(
  id: string,
  what: string,
  steps: readonly Step[],
  moves: Set<string> | null,
  now: string,
  say: Say,
) {
  let state: string | null = steps[0]?.from ?? null;
  for (const { from, to } of steps) {
    if (from !== state) say(id, `the ${what}'s history goes on from ${from} where it stood at ${state}`);
    if (moves && !moves.has(`${from}>${to}`)) say(id, `the ${what} went from ${from} to ${to}`);
    state = to;
  }
  if (state !== now) say(id, `the ${what}'s history ends at ${state}, the ${what} is ${now}`);
}

const stepsOf = (rows: readonly Row[]): Step[] => rows.map((row) => ({ from: row["from_state"], to: row["to_state"] }));

function checkOrder(id: string, order: Row, rows: readonly Row[], told: ReadonlyMap<string, string>, say: Say): void {
  checkSteps(id, "order", stepsOf(rows), orderMoves, order["state"], say);
  const left = rows.find((row) => terminal.has(row["from_state"]));
  if (left) say(id, `it left the terminal state ${left["from_state"]}`);
  const positions = rows.map((row) => Number(row["position"]));
  if (positions.some((position, index) => position !== positions[0]! + index))
    say(id, "a line of its history is missing");
  const seen = told.get(id);
  if (seen !== undefined && seen !== order["state"])
    say(id, `its customer saw it end ${seen}, it is ${order["state"]}`);
}

/** Checks orders, payments and deliveries. `ended` is what customers saw last, by order. */
export function checkLegalHistories(evidence: Evidence, ended: ReadonlyMap<string, string>, say: Say): void {
  const { orders, history, payments, paymentHistory, deliveries, steps } = evidence;
  for (const [id, order] of orders) checkOrder(id, order, history.get(id) ?? [], ended, say);
  for (const [id, payment] of payments) {
    const rows = stepsOf(paymentHistory.get(String(payment["id"])) ?? []);
    if (rows.length > 0 && rows[0]!.from !== "CREATED") say(id, `the payment began at ${rows[0]!.from}`);
    checkSteps(id, "payment", rows, null, rows.length === 0 ? (null as never) : payment["state"], say);
    const left = rows.find(({ from }) => from !== null && paymentEnds.has(from));
    if (left) say(id, `the payment left the terminal state ${left.from}`);
  }
  for (const [id, delivery] of deliveries) {
    const rows = (steps.get(String(delivery["id"])) ?? []).map((row) => String(row["state"]));
    const walked = rows.map((to, index) => ({ from: index === 0 ? null : rows[index - 1]!, to }));
    checkSteps(id, "delivery", walked, deliveryMoves, delivery["state"], say);
  }
}
