/** Invariant 8, stock: never below nothing, taken once and given back exactly once. */
import type { Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import { sum, terminal, unfulfilled, type Say } from "./violation.ts";

/** What the reservations of the run took of each dish and did not give back. */
function takenOf(reserved: readonly Row[]): Map<string, number> {
  const taken = new Map<string, number>();
  for (const { item_id, quantity, counted, state } of reserved)
    if (counted && state !== "RELEASED")
      taken.set(String(item_id), (taken.get(String(item_id)) ?? 0) + Number(quantity));
  return taken;
}

function checkReservations({ orders, reservations, history }: Evidence, say: Say): void {
  for (const [id, order] of orders) {
    const state = String(order["state"]);
    const reservation = reservations.get(id)?.["state"] as string | undefined;
    if (order["scheduled_for"] === null && reservation === undefined) say(id, "nothing was reserved for it");
    const gaveUp = unfulfilled.has(state) || state === "DELIVERY_FAILED";
    if (gaveUp && reservation !== undefined && reservation !== "RELEASED")
      say(id, `it is ${state} and its stock is ${reservation}`);
    const accepted = (history.get(id) ?? []).some((row) => row["to_state"] === "ACCEPTED");
    if (accepted && !gaveUp && terminal.has(state) && reservation !== "COMMITTED")
      say(id, `it is ${state} and its stock is ${reservation}`);
  }
}

/** Checks stock against what there was and what was taken, and reservations against their orders. */
export function checkStock(evidence: Evidence, say: Say): void {
  const { stock, reserved, baseline } = evidence;
  const taken = takenOf(reserved);
  for (const { id, stock: left } of stock) {
    if (Number(left) < 0) say(null, `dish ${id} has a stock of ${left}`);
    const before = baseline.stock[String(id)];
    if (before === undefined) continue;
    const expected = before - (taken.get(String(id)) ?? 0);
    if (Number(left) !== expected) say(null, `dish ${id} has ${left} left, ${expected} by its reservations`);
  }
  if (sum([...taken.values()]) < 0) say(null, "reservations took less than nothing");
  checkReservations(evidence, say);
}
