/** Invariant 6: no order that ended unfulfilled keeps an authorization or a capture, but for the fee that was recorded. */
import type { Evidence } from "./evidence.ts";
import { sum, terminal, unfulfilled, type Say } from "./violation.ts";

/** Checks the provider's record of unfulfilled orders, and that fulfilled ones were paid for. */
export function checkNothingKept({ orders, payments, provider }: Evidence, say: Say): void {
  for (const [id, order] of orders) {
    const state = String(order["state"]);
    if (!terminal.has(state)) continue;
    const payment = payments.get(id);
    const { intents, charges } = provider.get(id) ?? { intents: [], charges: [] };
    if (unfulfilled.has(state)) {
      for (const intent of intents)
        if (intent.status === "requires_capture" || intent.status === "requires_action")
          say(id, `it is ${state} and ${intent.amount} are still ${intent.status} at the provider`);
      const kept = sum(charges.map(({ capturedMinor, refundedMinor }) => capturedMinor - refundedMinor));
      const fee = Number(payment?.["fee_kept_minor"] ?? 0);
      if (kept !== fee) say(id, `it is ${state}, ${kept} were kept at the provider, and the recorded fee is ${fee}`);
      if (fee > Number(order["cancel_fee_minor"]))
        say(id, `a fee of ${fee} was kept, agreed were ${order["cancel_fee_minor"]}`);
    }
    if (state !== "COMPLETED") continue;
    if (!payment) say(id, "it is COMPLETED and has no payment");
    const paid = sum(charges.map(({ capturedMinor }) => capturedMinor));
    if (paid !== Number(order["total_minor"]))
      say(id, `it is COMPLETED, ${paid} of ${order["total_minor"]} were captured`);
    if (payment && payment["settled_at"] === null) say(id, "it is COMPLETED and its money is still held");
  }
}
