/**
 * Invariant 12: an order that ended without being fulfilled charges whoever is to blame and pays whoever worked. What each side
 * should have is reckoned here anew, from lines, fees, history and the delivery's steps.
 */
import type { Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import { sum, type Say } from "./violation.ts";

/** What each side should have, minor units; the restaurant's before commission. */
type Shares = { charge: number; restaurant: number; courier: number; tip: number };

const owned = new Set(["restaurant_payable", "courier_payable", "tips_held", "loan_receivable", "deferred_loan_fee"]);
const cooked = new Set(["PREPARING", "READY", "PICKED_UP"]);
const rideShare: Record<string, number> = { ASSIGNED: 0.25, AT_PICKUP: 0.5, PICKED_UP: 1, AT_DROPOFF: 1 };

const minor = (row: Row, name: string): number => Number(row[`${name}_minor`]);
const halfUp = (amount: number): number => Math.floor(amount + 0.5);
const withTax = (row: Row): number => minor(row, "net") + minor(row, "tax");
const given = (row: Row): number => minor(row, "discount") - minor(row, "discount_by_restaurant");

/** The state that the order left for its end; null where it did not end so. */
function endedIn(order: Row, history: readonly Row[]): string | null {
  const to = order["state"] === "DELIVERY_FAILED" ? "DELIVERY_FAILED" : "CANCELLING";
  if (!["CANCELLED", "DELIVERY_FAILED"].includes(String(order["state"]))) return null;
  return (history.findLast((row) => row["to_state"] === to)?.["from_state"] as string | undefined) ?? null;
}

function chargeOf(state: string, lines: readonly Row[], fees: readonly Row[], order: Row): number {
  if (state === "ACCEPTED")
    return sum(lines.map((line) => halfUp(minor(line, "net") / 4) + halfUp(minor(line, "tax") / 4)));
  if (state === "PICKED_UP") return minor(order, "total");
  if (!cooked.has(state)) return 0;
  return sum([...lines, ...fees.filter(({ kind }) => kind !== "DELIVERY")].map(withTax));
}

/** What the restaurant sold of the order, by the part that counts. */
function salesOf(state: string, fault: string, lines: readonly Row[], fees: readonly Row[]): number {
  if (fault === "RESTAURANT") return 0;
  const promoted = sum(lines.map(given));
  if (state === "ACCEPTED" && fault === "CUSTOMER")
    return sum(lines.map((line) => halfUp(minor(line, "net") / 4))) + halfUp(promoted / 4);
  if (!cooked.has(state)) return 0;
  const items = sum(lines.map((line) => minor(line, "net"))) + promoted;
  const charged = state === "PICKED_UP" && fault === "CUSTOMER";
  const delivery = charged ? fees.filter(({ kind }) => kind === "DELIVERY") : [];
  return items - sum(delivery.map((fee) => minor(fee, "discount_by_restaurant")));
}

/** How far the courier was, and whether the food was brought back on request. */
function rideOf(delivery: Row | undefined, steps: readonly Row[]) {
  if (!delivery || delivery["courier_id"] === null) return { share: 0, back: false };
  const states = steps.map(({ state }) => String(state));
  const last = states.findLast((state) => state in rideShare);
  const back = delivery["state"] === "RETURNED" && delivery["return_asked_at"] !== null;
  return { share: rideShare[last ?? ""] ?? 0, back };
}

function expectedOf(id: string, state: string, evidence: Evidence): Shares {
  const order = evidence.orders.get(id)!;
  const [lines, fees] = [evidence.lines.get(id) ?? [], evidence.fees.get(id) ?? []];
  const captured = Number(evidence.payments.get(id)?.["captured_minor"] ?? 0) > 0;
  const said = String(order["cancel_fault"]);
  // Who was never charged is not to blame.
  const fault = said === "CUSTOMER" && !captured ? "PLATFORM" : said;
  const pays = fault === "CUSTOMER";
  const delivery = evidence.deliveries.get(id);
  const { share, back } = rideOf(delivery, evidence.steps.get(String(delivery?.["id"])) ?? []);
  const pay = Number(delivery?.["courier_pay_minor"] ?? 0);
  return {
    charge: pays ? chargeOf(state, lines, fees, order) : 0,
    restaurant: salesOf(state, fault, lines, fees),
    courier: fault === "COURIER" ? 0 : halfUp(pay * share) + (back ? halfUp(pay / 2) : 0),
    tip: pays && state === "PICKED_UP" ? minor(order, "tip") : 0,
  };
}

function checkShares(id: string, state: string, evidence: Evidence, entries: readonly Row[], say: Say): void {
  const expected = expectedOf(id, state, evidence);
  const credit = (...accounts: string[]) =>
    0 - sum(entries.filter(({ account }) => accounts.includes(account)).map((row) => Number(row["amount_minor"])));
  const { charges } = evidence.provider.get(id) ?? { charges: [] };
  const kept = sum(charges.map(({ capturedMinor, refundedMinor }) => capturedMinor - refundedMinor));
  const how = `${state}, the fault ${String(evidence.orders.get(id)?.["cancel_fault"])}`;
  const differs = (what: string, is: number, should: number) => {
    if (is !== should) say(id, `it ended in ${how}: ${what} ${is}, by the rules it is ${should}`);
  };
  differs("its customer was charged", kept, expected.charge);
  differs("its restaurant earned", credit("restaurant_payable", "commission"), expected.restaurant);
  differs("its courier earned", credit("courier_payable"), expected.courier);
  differs("the tip paid is", credit("tips_held"), expected.tip);
  differs("still held are", credit("orders_held"), 0);
}

/** Checks every order that ended without being fulfilled, and that no restaurant's or courier's account is without an owner. */
export function checkEndings(evidence: Evidence, say: Say): void {
  const { orders, history, payments, refunds, entries } = evidence;
  const byOrder = Map.groupBy(entries, (row) => String(row["order_id"]));
  const orphans = new Set(
    entries.filter((row) => owned.has(String(row["account"])) && row["owner"] === "").map((row) => row["order_id"]),
  );
  for (const id of orphans) say(String(id), "money of a restaurant or courier has no owner");
  for (const [id, order] of orders) {
    const state = endedIn(order, history.get(id) ?? []);
    if (state === null || order["cancel_fault"] === null) continue;
    const back = refunds.get(String(payments.get(id)?.["id"])) ?? [];
    // What support gave back beside the end is checked with the refunds.
    if (back.some(({ cause, state: became }) => cause === "SUPPORT" && became !== "FAILED")) continue;
    checkShares(id, state, evidence, byOrder.get(id) ?? [], say);
  }
}
