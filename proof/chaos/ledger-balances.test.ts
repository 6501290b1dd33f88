import { expect, test } from "vitest";
import type { Evidence } from "./checker/evidence.ts";
import { checkLedgerBalances } from "./checker/ledger-balances.ts";
import { orderKey } from "./checker/evidence.ts";

const orderId = "ord_1";

/** What the check says of an order of 1,000 at the provider that was captured, and of a second posting over 15. */
function said(kind: string): string[] {
  const says: string[] = [];
  const move = (transaction: string, of: string, from: string, to: string, amount: number) =>
    [
      { account: to, amount_minor: amount },
      { account: from, amount_minor: -amount },
    ].map((entry) => ({ ...entry, transaction_id: transaction, currency: "IDR", order_id: orderId, kind: of }));
  const evidence = {
    entries: [
      ...move("one", "payment-captured", "orders_held", "psp_clearing", 1_000),
      ...move("two", kind, "psp_clearing", "psp_fees", 15),
    ],
    emptyTransactions: [],
    told: [],
    orders: new Map([[orderId, {}]]),
    provider: new Map([[orderKey(orderId), { charges: [{ capturedMinor: 1_000, refundedMinor: 0 }] }]]),
  };
  checkLedgerBalances(evidence as unknown as Evidence, (_, what) => void says.push(what));
  return says;
}

test("what the provider keeps of charges and for disputes is no part of what it holds for an order", () => {
  expect(said("psp-fee")).toEqual([]);
  expect(said("dispute-fee")).toEqual([]);
});

test("whatever else leaves the provider's account is missed", () => {
  expect(said("refund-paid")).toEqual([
    expect.stringContaining("the ledger has 985 at the provider, the provider 1000"),
  ]);
});
