/** Invariant 10: every committed event was sent, reached everyone who takes its topic, and took effect exactly once. */
import type { Evidence, Mail } from "./evidence.ts";
import { uuidOf, type Row } from "./read.ts";
import type { Say } from "./violation.ts";

const topicOf = (row: Row): string => String(row["type"]).split(".")[0]!;
const orderOf = (row: Row): string | null => {
  const named = (row["data"] as { orderId?: string } | null)?.orderId;
  return named ? uuidOf(named) : null;
};

/** The event that tells of each state of an order. */
const announced: Record<string, string> = {
  PENDING_PAYMENT: "order.created.v1",
  PLACED: "order.placed.v1",
  ACCEPTED: "order.accepted.v1",
  REJECTED: "order.rejected.v1",
  EXPIRED: "order.expired.v1",
  PAYMENT_FAILED: "order.payment-failed.v1",
  PREPARING: "order.preparing.v1",
  READY: "order.ready.v1",
  PICKED_UP: "order.picked-up.v1",
  DELIVERED: "order.delivered.v1",
  COLLECTED: "order.collected.v1",
  CANCELLING: "order.cancelling.v1",
  CANCELLED: "order.cancelled.v1",
  COMPLETED: "order.completed.v1",
};

/** Numbers of each aggregate without gaps, up to what the publisher counted; all sent, all known to the broker. */
function checkSent(name: string, mail: Mail, published: ReadonlySet<string>, say: Say): void {
  const streams = Map.groupBy(mail.outbox, (row) => `${topicOf(row)} ${row["aggregate_id"]}`);
  for (const row of mail.outbox) {
    const id = uuidOf(String(row["id"]));
    if (row["sent_at"] === null) say(orderOf(row), `${name}'s ${row["type"]} was never sent`);
    else if (id === null || !published.has(id))
      say(orderOf(row), `${name}'s ${row["type"]} is sent and the broker has it not`);
  }
  for (const { side, topic, aggregate_id, version } of mail.versions) {
    if (side !== "published") continue;
    const rows = streams.get(`${topic} ${aggregate_id}`) ?? [];
    const numbers = rows.map((row) => Number(row["aggregate_version"])).toSorted((a, b) => a - b);
    if (numbers.length !== Number(version) || numbers.some((number, index) => number !== index + 1))
      say(
        uuidOf(String(aggregate_id)),
        `${name} counted ${version} events of ${topic}, its outbox has ${numbers.length}`,
      );
  }
}

function checkTaken(name: string, topics: readonly string[], evidence: Evidence, say: Say): void {
  const mine = evidence.mail.get(name);
  if (!mine) return;
  for (const [sender, { outbox }] of evidence.mail)
    for (const row of outbox)
      if (topics.includes(topicOf(row)) && !mine.inbox.has(String(row["id"])))
        say(orderOf(row), `${sender}'s ${row["type"]} never took effect in ${name}`);
  for (const row of mine.parked)
    say(null, `${name} has ${row["state"]} an event of ${row["source"]} (${row["error"] ?? "no error"})`);
}

/** Facts that one subgraph must have because of what another said. */
function checkEffects({ orders, payments, deliveries, history, mail }: Evidence, say: Say): void {
  const captured = new Set<string>();
  for (const row of mail.get("payments")?.outbox ?? [])
    if (row["type"] === "payment.captured.v1") captured.add(orderOf(row) ?? "");
  const told = Map.groupBy(mail.get("orders")?.outbox ?? [], (row) => orderOf(row) ?? "");
  for (const [id, order] of orders) {
    const states = (history.get(id) ?? []).map((row) => String(row["to_state"]));
    const said = new Map<string, number>();
    for (const row of told.get(id) ?? []) said.set(row["type"], (said.get(row["type"]) ?? 0) + 1);
    for (const state of new Set(states)) {
      const type = announced[state];
      const times = states.filter((each) => each === state).length;
      if (type && (said.get(type) ?? 0) !== times)
        say(id, `it was ${state} ${times} times, ${type} was written ${said.get(type) ?? 0} times`);
    }
    if (!payments.has(id)) say(id, "payments never heard of it");
    if (captured.has(id) && order["captured_at"] === null) say(id, "orders never heard that its money was captured");
    if (states.includes("ACCEPTED") && order["fulfilment"] === "DELIVERY" && !deliveries.has(id))
      say(id, "delivery never heard of it");
  }
}

/** Checks outboxes, inboxes, what was put aside, and what events had to bring about. */
export function checkEventsOnce(evidence: Evidence, say: Say): void {
  for (const [name, mail] of evidence.mail) checkSent(name, mail, evidence.published, say);
  for (const { durable, topics } of evidence.subscribers) checkTaken(durable, topics, evidence, say);
  checkEffects(evidence, say);
}
