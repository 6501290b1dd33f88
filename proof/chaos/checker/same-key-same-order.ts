/** Invariant 4: one key and body, one order; another body under the key, a conflict. What was acknowledged is there. */
import { orderKey, type Evidence } from "./evidence.ts";
import { type Say } from "./violation.ts";

/** Acknowledged orders that the database does not have. */
export const lostOrders = ({ told, orders }: Evidence): string[] => [
  ...new Set(
    told
      .filter(({ kind }) => kind === "acknowledged")
      .map((line) => orderKey(line["orderId"]))
      .filter((id) => !orders.has(id)),
  ),
];

/** Checks the clients' file against itself and against the keys that orders kept. */
export function checkSameKeySameOrder(evidence: Evidence, say: Say): void {
  const { told, orders, keys } = evidence;
  for (const id of lostOrders(evidence)) say(id, "it was acknowledged and is not there");
  const byKey = new Map<string, string>();
  const byOrder = new Map<string, string>();
  for (const line of told) {
    if (line.kind !== "acknowledged") continue;
    const [key, id] = [`${String(line["customerId"])} ${String(line["key"])}`, orderKey(line["orderId"])];
    if (byOrder.has(id)) say(id, "two keys were told of it");
    byKey.set(key, id);
    byOrder.set(id, key);
  }
  for (const line of told) {
    const first = byKey.get(`${String(line["customerId"])} ${String(line["key"])}`);
    if (line.kind === "repeated" && orderKey(line["orderId"]) !== first)
      say(first ?? null, `the same request again was answered ${String(line["orderId"])}`);
    if (line.kind === "conflict" && line["answer"] !== "IdempotencyConflictError")
      say(first ?? null, `another request under its key was answered ${String(line["answer"])}`);
  }
  const made = new Map<string, number>();
  for (const { response } of keys) {
    const id = (response as { value?: { orderId?: string } } | null)?.value?.orderId;
    if (id) made.set(orderKey(id), (made.get(orderKey(id)) ?? 0) + 1);
  }
  for (const [id, count] of made) if (count > 1) say(id, `${count} keys made it`);
  for (const id of orders.keys()) if (!made.has(id)) say(id, "no key made it");
}
