/** Invariant 9: nobody read or changed another's order; every privileged change has one audit entry. */
import { orderKey, type Evidence } from "./evidence.ts";
import { uuidOf, type Row } from "./read.ts";
import type { Say } from "./violation.ts";

function mayAct(step: Row, order: Row, members: ReadonlySet<string>, couriers: ReadonlySet<string>): boolean {
  const actor = step["actor_id"] as string | null;
  if (actor === null) return true;
  switch (step["actor"]) {
    case "CUSTOMER":
      return actor === order["customer_id"];
    case "RESTAURANT":
      return members.has(`${actor} ${order["restaurant_id"]}`);
    case "COURIER":
      return couriers.has(actor);
    default:
      return true;
  }
}

function checkAudit({ mail, audit }: Evidence, say: Say): void {
  const entries = new Map(audit.map((row) => [String(row["id"]), row]));
  for (const [name, { outbox }] of mail) {
    const recorded = outbox.filter((row) => row["type"] === "audit.recorded.v1");
    for (const { data } of recorded) {
      const id = uuidOf(String((data as { auditId?: string }).auditId));
      if (id === null || !entries.has(id)) say(null, `a privileged change of ${name} (${id}) has no audit entry`);
    }
  }
}

/** Checks what strangers were shown, who acted on each order, and the audit log. */
export function checkOwnTenants(evidence: Evidence, say: Say): void {
  const { orders, history, told, memberships, couriers } = evidence;
  const members = new Set(memberships.map((row) => `${row["user_id"]} ${row["restaurant_id"]}`));
  const riders = new Set(couriers.values());
  for (const line of told) {
    const id = orderKey(line["orderId"]);
    if (line.kind === "stranger" && line["shown"]) say(id, "a stranger was shown it");
    const order = orders.get(id);
    if (line.kind === "acknowledged" && order && uuidOf(String(line["customerId"])) !== order["customer_id"])
      say(id, "it belongs to another than who placed it");
  }
  for (const [id, order] of orders)
    for (const step of history.get(id) ?? [])
      if (!mayAct(step, order, members, riders)) say(id, `${step["actor"]} ${step["actor_id"]} had no say in it`);
  checkAudit(evidence, say);
}
