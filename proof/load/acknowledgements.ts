/** What clients were told, line by line as JSON: the evidence that the checker holds against the databases. */
import { closeSync, openSync, writeSync } from "node:fs";

/** One thing that somebody was told; ids as the graph writes them, amounts in minor units. */
export type Line =
  | {
      kind: "acknowledged";
      customerId: string;
      key: string;
      quoteId: string;
      orderId: string;
      totalMinor: number;
      currency: string;
    }
  /** The same request with the same key again. */
  | { kind: "repeated"; customerId: string; key: string; orderId: string }
  /** Another request with the same key, and what it was answered. */
  | { kind: "conflict"; customerId: string; key: string; answer: string }
  /** A stranger asked for an order: whether it was shown. */
  | { kind: "stranger"; orderId: string; shown: boolean }
  /** Support called an order off late, or decided on a failed delivery: whose fault it named, and what it was answered. */
  | { kind: "trouble"; orderId: string; fault: string; answer: string }
  /** The last state that the customer saw. */
  | { kind: "ended"; orderId: string; state: string }
  /** The ledger's sum per currency, as an administrator read it. */
  | { kind: "ledger"; sums: number[] }
  /** An instant payout was asked for, and the answer's member of the union; the rest is there when it was begun. */
  | { kind: "payout"; accountId: string; key: string; answer: string; payoutId?: string; amountMinor?: number }
  /** More than was available was asked for as an instant payout, and what it was answered. */
  | { kind: "payout-over"; accountId: string; answer: string }
  /** Support asked for a refund, and the answer's member of the union; the rest is there when it was accepted. */
  | { kind: "refund"; paymentId: string; key: string; answer: string; refundId?: string; amountMinor?: number }
  /** More than is left, of the payment or of one of its lines, and what it was answered. */
  | { kind: "refund-over"; paymentId: string; of: "payment" | "line"; answer: string };

/** The file, written before anything else happens. */
export type Acknowledgements = { write(line: Line): void; close(): void };

/** Opens `file` for appending. */
export function openAcknowledgements(file: string): Acknowledgements {
  const descriptor = openSync(file, "a", 0o600);
  return {
    write: (line) => void writeSync(descriptor, `${JSON.stringify({ at: Date.now(), ...line })}\n`),
    close: () => closeSync(descriptor),
  };
}
