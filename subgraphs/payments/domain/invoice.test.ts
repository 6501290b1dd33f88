import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  daysOf,
  includedTaxMinor,
  invoiceDrafts,
  invoiceNumber,
  monthOf,
  nextMonth,
  type Movement,
} from "./invoice.ts";

const movement = (kind: Movement["kind"], origin: string, amountMinor: number, count = 1): Movement => ({
  kind,
  origin,
  count,
  amountMinor,
});

describe("the documents of a month", () => {
  test("are an invoice of its own orders and fees, and a credit note of what earlier months get back", () => {
    const movements = [
      movement("COMMISSION", "2026-06", 50_000, 7),
      movement("PAYOUT_FEES", "2026-06", 2_500),
      movement("COMMISSION", "2026-05", -3_000, 2),
      movement("COMMISSION", "2026-03", -500),
    ];
    expect(invoiceDrafts("2026-06", movements)).toEqual([
      {
        kind: "INVOICE",
        lines: [
          { kind: "COMMISSION", count: 7, amountMinor: 50_000 },
          { kind: "PAYOUT_FEES", count: 1, amountMinor: 2_500 },
        ],
        origins: [],
      },
      {
        kind: "CREDIT_NOTE",
        lines: [{ kind: "CORRECTIONS", count: 3, amountMinor: 3_500 }],
        origins: ["2026-03", "2026-05"],
      },
    ]);
  });

  test("charge again on the invoice what a refused refund had given back", () => {
    expect(invoiceDrafts("2026-06", [movement("COMMISSION", "2026-05", 400)])).toEqual([
      { kind: "INVOICE", lines: [{ kind: "CORRECTIONS", count: 1, amountMinor: 400 }], origins: ["2026-05"] },
    ]);
  });

  test("are none where nothing is left", () => {
    expect(invoiceDrafts("2026-06", [])).toEqual([]);
    expect(
      invoiceDrafts("2026-06", [movement("COMMISSION", "2026-05", 400), movement("COMMISSION", "2026-04", -400)]),
    ).toEqual([]);
  });

  test("come to exactly what the ledger moved, with every line above 0", () => {
    const months = ["2026-03", "2026-04", "2026-05", "2026-06"] as const;
    const any = fc.record({
      kind: fc.constantFrom("COMMISSION" as const, "PAYOUT_FEES" as const),
      origin: fc.constantFrom(...months),
      count: fc.nat(9),
      amountMinor: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(any), (movements) => {
        const documents = invoiceDrafts("2026-06", movements);
        const total = documents
          .flatMap(({ kind, lines }) =>
            lines.map(({ amountMinor }) => (kind === "INVOICE" ? amountMinor : -amountMinor)),
          )
          .reduce((sum, amount) => sum + amount, 0);
        expect(total).toBe(movements.reduce((sum, { amountMinor }) => sum + amountMinor, 0));
        for (const { lines } of documents) {
          expect(lines.length).toBeGreaterThan(0);
          for (const { amountMinor } of lines) expect(amountMinor).toBeGreaterThan(0);
        }
        expect(new Set(documents.map(({ kind }) => kind)).size).toBe(documents.length);
      }),
    );
  });
});

test("the tax is included in the total", () => {
  expect(includedTaxMinor(111_000, 1_100)).toBe(11_000);
  expect(includedTaxMinor(50_000, 0)).toBe(0);
  // 1,000 × 11/111 = 99.099…, and 5 × 11/111 = 0.495…
  expect([includedTaxMinor(1_000, 1_100), includedTaxMinor(5, 1_100), includedTaxMinor(6, 1_100)]).toEqual([99, 0, 1]);
});

test("numbers are counted by kind and year", () => {
  expect([invoiceNumber("INVOICE", 2026, 1), invoiceNumber("CREDIT_NOTE", 2027, 1_234_567)]).toEqual([
    "INV-2026-000001",
    "CN-2027-1234567",
  ]);
});

test("months are the calendar's", () => {
  expect(monthOf("2026-02-28")).toBe("2026-02");
  expect([nextMonth("2026-11"), nextMonth("2026-12")]).toEqual(["2026-12", "2027-01"]);
  expect([daysOf("2026-02"), daysOf("2028-02").last]).toEqual([
    { first: "2026-02-01", last: "2026-02-28" },
    "2028-02-29",
  ]);
});
