/** Invariant 2: at most one capture per order; captured within authorized, refunds within captured; payments and provider agree. */
import type { Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import type { Charged } from "./journal.ts";
import { sum, type Say } from "./violation.ts";

/** Orders whose customers paid twice, or more than they agreed to. */
export function doubleCharged({ orders, provider }: Evidence): string[] {
  return [...provider]
    .filter(([id, { charges }]) => {
      const captured = charges.filter((charge) => charge.captured);
      const total = Number(orders.get(id)?.["total_minor"] ?? 0);
      return captured.length > 1 || sum(captured.map((charge) => charge.capturedMinor)) > total;
    })
    .map(([id]) => id);
}

function checkProvider(id: string, { intents, charges, refunds }: Charged, say: Say): void {
  const captured = charges.filter((charge) => charge.captured);
  if (captured.length > 1) say(id, `captured ${captured.length} times at the provider`);
  const holding = intents.filter(({ status }) => status === "requires_capture" || status === "succeeded");
  if (holding.length > 1) say(id, `${holding.length} payment intents hold or took money`);
  for (const charge of captured) {
    if (charge.capturedMinor > charge.amount)
      say(id, `captured ${charge.capturedMinor} of ${charge.amount} authorized`);
    if (charge.refundedMinor > charge.capturedMinor)
      say(id, `refunded ${charge.refundedMinor} of ${charge.capturedMinor} captured`);
  }
  const given = sum(refunds.filter(({ status }) => status === "succeeded").map(({ amount }) => amount));
  const taken = sum(captured.map(({ capturedMinor }) => capturedMinor));
  if (given > taken) say(id, `refunds of ${given} at the provider, captured ${taken}`);
}

function checkPayment(id: string, payment: Row, refunds: readonly Row[], charged: Charged | undefined, say: Say): void {
  const captured = Number(payment["captured_minor"]);
  if (captured > Number(payment["amount_minor"])) say(id, `payment captured ${captured} of ${payment["amount_minor"]}`);
  const paidBack = sum(refunds.filter((row) => row["state"] === "SUCCEEDED").map((row) => Number(row["amount_minor"])));
  if (paidBack > captured) say(id, `refunds of ${paidBack} succeeded, captured ${captured}`);
  if (Number(payment["refunded_minor"]) !== paidBack)
    say(id, `payment says ${payment["refunded_minor"]} refunded, its refunds ${paidBack}`);
  const there = sum((charged?.charges ?? []).map((charge) => charge.capturedMinor));
  if (there !== captured) say(id, `payment captured ${captured}, the provider ${there}`);
  const back = sum((charged?.charges ?? []).map((charge) => charge.refundedMinor));
  if (back !== paidBack) say(id, `payment refunded ${paidBack}, the provider ${back}`);
}

/** Checks the provider's record of each order, and payments' own against it. */
export function checkOneCapture(evidence: Evidence, say: Say): void {
  const { provider, payments, refunds, orders } = evidence;
  for (const [id, charged] of provider) {
    checkProvider(id, charged, say);
    if (!orders.has(id)) say(id, "the provider was asked for an order that is not there");
  }
  for (const [id, payment] of payments)
    checkPayment(id, payment, refunds.get(String(payment["id"])) ?? [], provider.get(id), say);
  for (const id of doubleCharged(evidence)) say(id, "its customer was charged more than the order's total");
}
