/** The card provider's own record, replayed from its journal without its code. Amounts are minor units. */
import { readFileSync } from "node:fs";
import { uuidOf } from "./read.ts";

/** Everything that happened at the provider for one order. */
export type Charged = {
  /** PaymentIntents by their last status. */
  intents: { id: string; status: string; amount: number; capturable: number }[];
  charges: { id: string; captured: boolean; capturedMinor: number; refundedMinor: number; amount: number }[];
  refunds: { id: string; amount: number; status: string }[];
};

/** By order's uuid. */
export type ProviderRecord = Map<string, Charged>;

/** An object of the provider's. */
export type Stored = Record<string, unknown> & { id: string };
type Put = { kind: string; value: Stored };

/** The last value of every object, by kind. */
export function replay(file: string): Map<string, Map<string, Stored>> {
  const kinds = new Map<string, Map<string, Stored>>();
  for (const text of readFileSync(file, "utf8").split("\n")) {
    if (text === "") continue;
    const line = JSON.parse(text) as { put?: Put[]; kept?: Put[] };
    for (const { kind, value } of [...(line.put ?? []), ...(line.kept ?? [])]) {
      if (!kinds.has(kind)) kinds.set(kind, new Map());
      kinds.get(kind)!.set(value.id, value);
    }
  }
  return kinds;
}

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Reads the journal; intents name their order in their metadata, charges and refunds their intent. */
export function readJournal(file: string): ProviderRecord {
  const kinds = replay(file);
  const record: ProviderRecord = new Map();
  const orderOfIntent = new Map<string, string>();
  const of = (order: string): Charged => {
    if (!record.has(order)) record.set(order, { intents: [], charges: [], refunds: [] });
    return record.get(order)!;
  };
  for (const { id, status, amount, amount_capturable, metadata } of kinds.get("payment_intent")?.values() ?? []) {
    const named = String((metadata as Record<string, string> | undefined)?.["order_id"] ?? "");
    const order = uuidOf(named) ?? `unknown ${id}`;
    orderOfIntent.set(id, order);
    const capturable = numberOf(amount_capturable);
    of(order).intents.push({ id, status: String(status), amount: numberOf(amount), capturable });
  }
  for (const charge of kinds.get("charge")?.values() ?? []) {
    const order = orderOfIntent.get(String(charge["payment_intent"])) ?? `unknown ${charge.id}`;
    const captured = charge["captured"] === true;
    of(order).charges.push({
      id: charge.id,
      captured,
      capturedMinor: numberOf(charge["amount_captured"]),
      // A released authorization is shown as refunded too; no money had moved.
      refundedMinor: captured ? numberOf(charge["amount_refunded"]) : 0,
      amount: numberOf(charge["amount"]),
    });
  }
  for (const refund of kinds.get("refund")?.values() ?? []) {
    const order = orderOfIntent.get(String(refund["payment_intent"])) ?? `unknown ${refund.id}`;
    of(order).refunds.push({ id: refund.id, amount: numberOf(refund["amount"]), status: String(refund["status"]) });
  }
  return record;
}
