/** Invariant 7: at most one courier per delivery and one delivery per courier; delivered only after picked up, after the kitchen. */
import type { Evidence } from "./evidence.ts";
import { uuidOf, type Row } from "./read.ts";
import type { Say } from "./violation.ts";

const held = new Set(["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"]);

/** Who held it when, by its steps: an accepted offer at a time, and the steps of the ride by that courier alone. */
function checkDelivery(
  id: string,
  delivery: Row,
  steps: readonly Row[],
  offers: readonly Row[],
  evidence: Evidence,
  say: Say,
) {
  const courier = delivery["courier_id"] as string | null;
  const accepted = offers.filter((offer) => offer["state"] === "ACCEPTED");
  const lost = steps.filter((step) => step["lost_by"] !== null).length;
  const assigned = steps.filter((step) => step["state"] === "ASSIGNED").length;
  if (assigned > lost + 1) say(id, `${assigned} couriers were assigned, ${lost} lost it`);
  const holders = new Set(accepted.map((offer) => String(offer["courier_id"])));
  if (holders.size > 1 && lost + 1 < holders.size) say(id, `${holders.size} couriers hold its delivery`);
  if (delivery["state"] === "DELIVERED" && holders.size > 0 && !holders.has(String(courier)))
    say(id, "a courier who took no offer delivered it");
  const user = courier === null ? null : evidence.couriers.get(courier);
  const from = steps.findLastIndex((step) => step["state"] === "ASSIGNED");
  for (const step of steps.slice(from + 1))
    if (held.has(step["state"]) && step["actor_id"] !== null && !sameId(step["actor_id"], courier, user))
      say(id, `another than its courier took it to ${step["state"]}`);
}

/** Steps may name the courier or the person, bare or as a TypeID. */
const sameId = (actor: string, ...known: (string | null | undefined)[]): boolean =>
  known.includes(uuidOf(actor) ?? actor);

/** Checks every delivery of the run, and the histories of delivered orders. */
export function checkOneCourier(evidence: Evidence, say: Say): void {
  const { deliveries, steps, offers, orders, history } = evidence;
  const busy = new Map<string, string>();
  for (const [id, delivery] of deliveries) {
    const key = String(delivery["id"]);
    checkDelivery(id, delivery, steps.get(key) ?? [], offers.get(key) ?? [], evidence, say);
    const courier = delivery["courier_id"] as string | null;
    const order = orders.get(id);
    if (order && delivery["state"] === "DELIVERED" && order["courier_id"] !== courier)
      say(id, "order and delivery name different couriers");
    if (courier === null || !held.has(delivery["state"])) continue;
    if (busy.has(courier)) say(id, `its courier also holds the delivery of ${busy.get(courier)}`);
    busy.set(courier, id);
  }
  for (const [id, order] of orders) {
    const states = (history.get(id) ?? []).map((row) => String(row["to_state"]));
    const delivered = states.indexOf("DELIVERED");
    if (delivered < 0) continue;
    const pickedUp = states.indexOf("PICKED_UP");
    const cooked = states.findIndex((state) => state === "READY" || state === "PREPARING");
    if (pickedUp < 0 || pickedUp > delivered) say(id, "it was delivered and not picked up before");
    if (cooked < 0 || cooked > pickedUp) say(id, "it was picked up before the kitchen began");
    const delivery = deliveries.get(id);
    if (order["fulfilment"] === "DELIVERY" && delivery?.["state"] !== "DELIVERED")
      say(id, `the order is delivered, the delivery ${delivery?.["state"] ?? "is not there"}`);
  }
}
