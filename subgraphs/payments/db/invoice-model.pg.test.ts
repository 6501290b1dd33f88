/** Sales, refunds, refunds taken back and payout fees of random months: invoices less credit notes are what the ledger says. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Clock } from "../../../kit/clock.ts";
import { fromUuid, newId, toUuid } from "../../../kit/id.ts";
import { testDatabase, type TestDatabase } from "../../../kit/testing/database.ts";
import { issueInvoices } from "../actions/issue-invoices.ts";
import type { Deps } from "../deps.ts";
import { endOfDay } from "../domain/business-day.ts";
import { daysOf, defaultInvoiceRates } from "../domain/invoice.ts";
import { entriesOf, reversalOf, type Entry } from "../domain/postings.ts";
import { invoices } from "./invoice-tables.ts";
import { post, type Posting } from "./ledger.ts";
import { shutDoor, storeClose } from "./ledger-days.ts";

vi.setConfig({ testTimeout: 90_000 });

/** Over a turn of the year. */
const months = ["2026-11", "2026-12", "2027-01", "2027-02"] as const;
const sale = fc.record({
  do: fc.constant("SELL" as const),
  whose: fc.nat(1),
  currency: fc.constantFrom("IDR" as const, "SGD" as const),
  commissionMinor: fc.integer({ min: 1, max: 50_000 }),
});
const later = fc.record({
  do: fc.constantFrom("REFUND" as const, "TAKE_BACK" as const, "PAY_OUT" as const, "PAYOUT_FAILS" as const),
  /** Which of those there are. */
  which: fc.nat(50),
  percent: fc.integer({ min: 1, max: 100 }),
});
const month = fc.array(fc.oneof(sale, later), { maxLength: 12 });
const story = fc.tuple(month, month, month, month);

type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never;
type Step = Sale | (typeof later extends fc.Arbitrary<infer T> ? T : never);
type Order = { orderId: string; owner: string; currency: string; leftMinor: number };
type Fact = { reference: string; order: Order; entries: Entry[]; commissionMinor: number };

/** Books what happens, and keeps by itself what each restaurant is to be charged. */
class Books {
  readonly earned = new Map<string, number>();
  readonly restaurants = [newId("rst"), newId("rst")] as const;
  readonly #database: TestDatabase;
  readonly #orders: Order[] = [];
  readonly #refunds: Fact[] = [];
  readonly #payouts: Fact[] = [];

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  async act(step: Step, now: Date): Promise<void> {
    if (step.do === "SELL") return this.#sell(step, now);
    const { which, percent } = step;
    const list = {
      REFUND: this.#orders,
      PAY_OUT: this.#orders,
      TAKE_BACK: this.#refunds,
      PAYOUT_FAILS: this.#payouts,
    };
    const { length } = list[step.do];
    if (length === 0) return;
    const index = which % length;
    if (step.do === "REFUND") return this.#refund(this.#orders[index]!, percent, now);
    if (step.do === "PAY_OUT") return this.#payOut(this.#orders[index]!, percent, now);
    const facts = step.do === "TAKE_BACK" ? this.#refunds : this.#payouts;
    const kind = step.do === "TAKE_BACK" ? "refund-reversed" : "payout-reversed";
    const [fact] = facts.splice(index, 1);
    fact!.order.leftMinor += fact!.commissionMinor;
    await this.#book(kind, fact!, reversalOf(fact!.entries), now);
  }

  async #sell({ whose, currency, commissionMinor }: Sale, now: Date): Promise<void> {
    const order = {
      orderId: newId("ord"),
      owner: this.restaurants[whose]!,
      currency,
      leftMinor: commissionMinor,
    };
    this.#orders.push(order);
    await this.#database
      .sql`insert into payments (id, order_id, customer_id, restaurant_id, state, currency, amount_minor,
        captured_minor, amounts, commission_bps, payment_method, created_at)
      values (${toUuid(newId("pay"))}, ${toUuid(order.orderId)}, ${toUuid(newId("usr"))}, ${toUuid(order.owner)}, 'CAPTURED', ${currency},
        1000000, 1000000, '{}', 2000, 'pm', ${now})`;
    const entries: Entry[] = [
      { account: "orders_held", owner: "", amountMinor: commissionMinor + 900_000 },
      { account: "restaurant_payable", owner: order.owner, amountMinor: -900_000 },
      { account: "commission", owner: "", amountMinor: -commissionMinor },
    ];
    await this.#book("order-settled", { reference: newId("pay"), order, entries, commissionMinor: 0 }, entries, now);
  }

  async #refund(order: Order, percent: number, now: Date): Promise<void> {
    const commissionMinor = Math.ceil((order.leftMinor * percent) / 100);
    if (commissionMinor === 0) return;
    order.leftMinor -= commissionMinor;
    const entries: Entry[] = [
      { account: "commission", owner: "", amountMinor: commissionMinor },
      { account: "refunds_pending", owner: "", amountMinor: -commissionMinor },
    ];
    const fact = { reference: newId("rfd"), order, entries, commissionMinor };
    this.#refunds.push(fact);
    await this.#book("refund-requested-settled", fact, entries, now);
  }

  async #payOut(order: Order, percent: number, now: Date): Promise<void> {
    const facts = { restaurantMinor: 1_000, courierMinor: 0, tipsMinor: 0, feeMinor: percent };
    const entries = entriesOf("payout-requested", facts, {
      restaurantId: order.owner,
      courierId: null,
    });
    const fact = { reference: newId("pyt"), order, entries, commissionMinor: 0 };
    this.#payouts.push(fact);
    await this.#book("payout-requested", fact, entries, now);
  }

  async #book(kind: Posting["kind"], { reference, order }: Fact, entries: readonly Entry[], now: Date): Promise<void> {
    const orderId = kind.startsWith("payout-") ? null : order.orderId;
    const posting = { kind, reference, orderId, currency: order.currency, entries };
    await this.#database.db.transaction((tx) => post(tx, posting, { now, traceId: "t" }));
    const whose = `${order.owner} ${order.currency}`;
    const charged = entries.filter(({ account }) => account === "commission" || account === "payout_fee");
    this.earned.set(
      whose,
      charged.reduce((sum, { amountMinor }) => sum - amountMinor, this.earned.get(whose) ?? 0),
    );
  }
}

/** Invoices less credit notes, minor units, by restaurant and currency; without those that come to 0. */
async function documented({ sql }: TestDatabase): Promise<Record<string, number>> {
  const rows = await sql`
    select restaurant_id::text as id, currency, sum(case kind when 'INVOICE' then total_minor else -total_minor end)::int as amount
    from invoices group by restaurant_id, currency`;
  return withoutZeros(rows.map(({ id, currency, amount }) => [`${fromUuid("rst", id)} ${currency}`, amount]));
}

const withoutZeros = (all: Iterable<[string, number]>) =>
  Object.fromEntries([...all].filter(([, amount]) => amount !== 0));

/** What commission and payout fees come to in the ledger, minor units, over all restaurants and currencies. */
async function booked({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql`select coalesce(-sum(e.amount_minor), 0)::int as amount from ledger_entries e
    join ledger_accounts a on a.id = e.account_id where a.kind in ('commission', 'payout_fee')`;
  return row?.["amount"] as number;
}

/** Series with a gap, months with two documents of a kind, and corrections that name no invoice of theirs. */
async function faults({ db, sql }: TestDatabase): Promise<unknown[]> {
  const rows = await sql`
    select 'gap' as fault from invoices group by kind, year having min(sequence) <> 1 or max(sequence) <> count(*)
    union all
    select 'twice' from invoices group by restaurant_id, currency, month, kind having count(*) > 1`;
  const all = await db.select().from(invoices);
  const byId = new Map(all.map((invoice) => [invoice.id, invoice]));
  const wrong = all.filter(({ restaurantId, currency, month: its, corrects }) =>
    corrects.some((id) => {
      const named = byId.get(id);
      const isOurs = named?.restaurantId === restaurantId && named.currency === currency;
      return !isOurs || named.kind !== "INVOICE" || named.month >= its;
    }),
  );
  return [...rows, ...wrong];
}

async function closeAndIssue(database: TestDatabase, its: string): Promise<void> {
  const { last } = daysOf(its);
  const now = new Date(endOfDay(last).getTime() + 3_600_000);
  await database.db.transaction(async (tx) => {
    await shutDoor(tx);
    await storeClose(tx, last, { now, traceId: "t" });
  });
  const settings = { INVOICE_TAX_BPS: defaultInvoiceRates.taxBps, INVOICE_INCOME_TAX_BPS: 0 };
  const clock = { now: () => now } as Clock;
  const deps = { db: database.db, clock, settings, log: { info: () => {} } } as unknown as Deps;
  // The timer is taken over by another runner while the first still works, and fires once more afterwards.
  await Promise.all([issueInvoices({ traceId: "t" }, deps), issueInvoices({ traceId: "t" }, deps)]);
  await issueInvoices({ traceId: "t" }, deps);
}

test("month after month, invoices less credit notes are what the ledger says, once each and without a gap", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const database = await testDatabase("payments");
      try {
        const books = new Books(database);
        for (const [index, steps] of told.entries()) {
          const its = months[index]!;
          // Nothing is booked on the days before, so that the month can be closed by its last day.
          for (const step of steps) await books.act(step, new Date(`${daysOf(its).last}T05:00:00Z`));
          await closeAndIssue(database, its);
          const documents = await documented(database);
          expect(documents).toEqual(withoutZeros(books.earned));
          expect(Object.values(documents).reduce((sum, amount) => sum + amount, 0)).toBe(await booked(database));
        }
        expect(await faults(database)).toEqual([]);
        const [events] =
          await database.sql`select (select count(*) from outbox where type = 'invoice.issued.v1') as told,
          (select count(*) from invoices) as issued`;
        expect(events?.["told"]).toBe(events?.["issued"]);
      } finally {
        await database.close();
      }
    }),
    { numRuns: 12, seed: 2_026 },
  );
});
