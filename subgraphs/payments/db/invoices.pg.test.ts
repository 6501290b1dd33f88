/** Numbers without a gap, documents that never change, and no month twice: what the database keeps of invoices. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { defaultInvoiceRates, invoiceDrafts, type InvoiceKind } from "../domain/invoice.ts";
import { insertInvoice } from "./invoices.ts";

let database: TestDatabase;
beforeEach(async () => void (database = await testDatabase("payments")));
afterEach(() => database.close());

const now = new Date("2026-06-01T05:00:00Z");
const [draft] = invoiceDrafts("2026-05", [{ kind: "COMMISSION", origin: "2026-05", count: 2, amountMinor: 111_000 }]);
const about = { currency: "IDR", month: "2026-05", draft: draft!, rates: defaultInvoiceRates, now };

class Died extends Error {}

/** Issues a document in a transaction of its own, which dies at its end where `dies` says so. */
const issue = (restaurantId: string, dies = false, kind: InvoiceKind = "INVOICE") =>
  database.db.transaction(async (tx) => {
    const invoice = await insertInvoice(tx, { ...about, restaurantId, draft: { ...about.draft, kind } });
    if (dies) throw new Died();
    return invoice?.number ?? null;
  });

const sequences = async (kind: InvoiceKind = "INVOICE") =>
  (await database.sql`select sequence from invoices where kind = ${kind} order by sequence`).map(
    (row) => row["sequence"],
  );

test("concurrent writers, some of whom die, leave no gap and no number twice", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 24 }, (_, n) => issue(newId("rst"), n % 3 === 0, n % 4 === 1 ? "CREDIT_NOTE" : "INVOICE")),
  );
  const died = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(died.map(({ reason }) => reason instanceof Died)).toEqual(Array.from({ length: 8 }, () => true));
  const counted = await Promise.all([sequences("INVOICE"), sequences("CREDIT_NOTE")]);
  for (const numbers of counted) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(counted.flat()).toHaveLength(16);
});

test("several writers of one month issue it once", async () => {
  const restaurantId = newId("rst");
  const numbers = await Promise.all([1, 2, 3, 4, 5].map(() => issue(restaurantId)));
  expect(numbers.filter((number) => number !== null)).toEqual(["INV-2026-000001"]);
  expect(await issue(newId("rst"))).toBe("INV-2026-000002");
});

test("the series begins anew with the year in Jakarta", async () => {
  await issue(newId("rst"));
  const wanted = { ...about, restaurantId: newId("rst"), now: new Date("2026-12-31T17:00:00Z") };
  const invoice = await database.db.transaction((tx) => insertInvoice(tx, wanted));
  expect(invoice?.number).toBe("INV-2027-000001");
});

test("a document states its tax, and income tax on what is left", async () => {
  const wanted = { ...about, restaurantId: newId("rst"), rates: { taxBps: 1_100, incomeTaxBps: 200 } };
  const invoice = await database.db.transaction((tx) => insertInvoice(tx, wanted));
  expect(invoice).toMatchObject({ totalMinor: 111_000, taxMinor: 11_000, incomeTaxMinor: 2_000, orders: 2 });
});

test.for([
  ["changed", "update invoices set total_minor = total_minor + 1, commission_minor = commission_minor + 1"],
  ["deleted", "delete from invoices"],
  ["truncated", "truncate invoices"],
] as const)("an issued document cannot be %s", async ([, statement]) => {
  await issue(newId("rst"));
  await expect(database.sql.unsafe(statement)).rejects.toThrow(/never changes|permission denied/);
  expect(await sequences()).toEqual([1]);
});

test.for([3, 1, 0])("number %i after 1 is refused", async (sequence) => {
  await issue(newId("rst"));
  const insert = database.sql`insert into invoices
    select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'restaurant_id', gen_random_uuid(),
      'sequence', ${sequence}::int, 'number', 'another'))).* from invoices i`;
  await expect(insert).rejects.toThrow("not the next of its series");
});
