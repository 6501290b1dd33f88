/** The demo world's money: payments and ledger of past orders, terms, owners and couriers. */
import { sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { toUuid } from "../../../kit/id.ts";
import { demoOrder, type DemoOrder } from "../../../demo/world/orders.ts";
import { demoCurrency, demoId, demoUserId, sizes, type SeedSize } from "../../../demo/world/world.ts";
import { businessDay } from "../domain/business-day.ts";
import { nothingRefunded } from "../domain/fault-policy.ts";
import { entriesOf, type Entry, type PostingKind } from "../domain/postings.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { seedInvoices } from "./seed-invoices.ts";
import { seedPayoutAccounts } from "./seed-payouts.ts";
import {
  commercialTerms,
  couriers,
  ledgerAccounts,
  ledgerEntries,
  ledgerTransactions,
  memberships,
  paymentHistory,
  payments,
  paymentTries,
} from "./tables.ts";

/** Commission in the demo: most agreed to 20 %, every third restaurant to 18 %. */
const commissionOf = (restaurant: number): number => (restaurant % 3 === 0 ? 1_800 : 2_000);

const traceId = "0".repeat(32);

/** Multi-row inserts in batches that stay below Postgres's limit of 65,535 parameters. */
async function insertAll<T extends PgTable>(
  tx: Tx,
  table: T,
  rows: T["$inferInsert"][],
  columns: number,
): Promise<void> {
  const batch = Math.floor(60_000 / columns);
  for (let start = 0; start < rows.length; start += batch) {
    await tx.insert(table).values(rows.slice(start, start + batch) as never);
  }
}

const arrayOf = (values: readonly (string | number)[]) => `{${values.join(",")}}`;

/** One array per column: tens of thousands of entries as single parameters would take most of the seed's time. */
async function insertEntries(tx: Tx, rows: readonly (typeof ledgerEntries.$inferInsert)[]): Promise<void> {
  await tx.execute(sql`
    insert into ${ledgerEntries} (transaction_id, line, account_id, currency, amount_minor)
    select transaction_id, line, account_id, ${demoCurrency}, amount_minor
    from unnest(
      ${arrayOf(rows.map((row) => toUuid(row.transactionId)))}::uuid[],
      ${arrayOf(rows.map((row) => row.line))}::int[],
      ${arrayOf(rows.map((row) => toUuid(row.accountId)))}::uuid[],
      ${arrayOf(rows.map((row) => row.amountMinor))}::bigint[]
    ) as given (transaction_id, line, account_id, amount_minor)`);
}

const tryOf = (order: DemoOrder): typeof paymentTries.$inferInsert => ({
  paymentId: order.paymentId,
  number: 1,
  state: order.state === "COMPLETED" ? "HELD" : "LET_GO",
  providerIntentId: `pi_demo_${order.index}`,
  createdAt: order.createdAt,
  settledAt: order.createdAt,
});

function paymentOf(order: DemoOrder): typeof payments.$inferInsert {
  const { currency, ...amounts } = order.amounts;
  const completed = order.state === "COMPLETED";
  return {
    id: order.paymentId,
    orderId: order.id,
    customerId: order.customerId,
    restaurantId: order.restaurantId,
    state: completed ? "CAPTURED" : "VOIDED",
    currency,
    amountMinor: amounts.totalMinor,
    capturedMinor: completed ? amounts.totalMinor : 0,
    amounts,
    commissionBps: commissionOf(order.restaurant),
    paymentMethod: "pm_card_visa",
    // Not at the provider: its store begins with the first live order.
    providerIntentId: `pi_demo_${order.index}`,
    wish: completed ? "CAPTURE" : "RELEASE",
    orderAccepted: completed,
    orderCancelling: !completed,
    deliveryCancelled: !completed,
    releasedAt: order.cancelledAt,
    settledAt: order.completedAt,
    courierId: order.courierId,
    courierPayMinor: completed ? order.courierPayMinor : 0,
    createdAt: order.createdAt,
    authorizedAt: order.placedAt,
    capturedAt: order.acceptedAt,
  };
}

function historyOf(order: DemoOrder): (typeof paymentHistory.$inferInsert)[] {
  const ended = order.acceptedAt ?? order.cancelledAt ?? order.placedAt;
  const last: [PaymentState, PaymentState] =
    order.state === "COMPLETED" ? ["CAPTURING", "CAPTURED"] : ["VOIDING", "VOIDED"];
  const states: [PaymentState, Date][] = [
    ["AUTHORIZING", order.createdAt],
    ["AUTHORIZED", order.placedAt],
    [last[0], ended],
    [last[1], ended],
  ];
  let from: PaymentState = "CREATED";
  return states.map(([to, at], index) => {
    const step = { paymentId: order.paymentId, seq: index + 1, from, to, at, traceId };
    from = to;
    return step;
  });
}

type Posted = { kind: PostingKind; at: Date; entries: Entry[] };

function postingsOf(order: DemoOrder): Posted[] {
  if (order.acceptedAt === null || order.completedAt === null) return [];
  const owners = { restaurantId: order.restaurantId, courierId: order.courierId };
  const { amounts, courierPayMinor } = order;
  const facts = {
    amounts,
    commissionBps: commissionOf(order.restaurant),
    courierPayMinor,
    refunded: nothingRefunded,
    refundedTaxMinor: 0,
  };
  const captured = entriesOf("payment-captured", { amountMinor: amounts.totalMinor }, owners);
  return [
    { kind: "payment-captured", at: order.acceptedAt, entries: captured },
    { kind: "order-settled", at: order.completedAt, entries: entriesOf("order-settled", facts, owners) },
  ];
}

function ledgerOf(orders: readonly DemoOrder[]) {
  const accounts = new Map<string, typeof ledgerAccounts.$inferInsert>();
  const transactions: (typeof ledgerTransactions.$inferInsert)[] = [];
  /** Per transaction: the entries of one must enter in one statement. */
  const entries: (typeof ledgerEntries.$inferInsert)[][] = [];
  const accountOf = ({ account, owner }: Entry): string => {
    const key = `${account} ${owner}`;
    const known = accounts.get(key) ?? {
      id: demoId("lac", accounts.size),
      kind: account,
      owner,
      currency: demoCurrency,
    };
    accounts.set(key, known);
    return known.id;
  };
  for (const order of orders) {
    for (const { kind, at, entries: lines } of postingsOf(order)) {
      const id = demoId("ltx", transactions.length);
      const about = { reference: order.paymentId, orderId: order.id, bookingDay: businessDay(at) };
      transactions.push({ id, kind, ...about, traceId, at });
      entries.push(
        lines.map((entry, line) => {
          const { amountMinor } = entry;
          return { transactionId: id, line, accountId: accountOf(entry), currency: demoCurrency, amountMinor };
        }),
      );
    }
  }
  return { accounts: [...accounts.values()], transactions, entries };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Fills an empty database; does nothing when it holds payments already. The same arguments give the same rows. */
export async function seed(db: Db, size: SeedSize, now: Date): Promise<void> {
  const world = sizes[size];
  const orders = upTo(world.orders).map((index) => demoOrder(index, size, now));
  const ledger = ledgerOf(orders);
  const restaurants = upTo(world.restaurants);
  await db.transaction(async (tx) => {
    const [filled] = await tx
      .select({ one: sql`1` })
      .from(payments)
      .limit(1);
    if (filled) return;
    await tx
      .insert(commercialTerms)
      .values(
        restaurants.map((n) => ({
          restaurantId: demoId("rst", n),
          commissionBps: commissionOf(n),
          payoutDelayDays: 7,
          since: now,
        })),
      )
      .onConflictDoNothing();
    await tx
      .insert(memberships)
      .values(
        restaurants.map((n) => ({
          userId: demoUserId.owner(n),
          restaurantId: demoId("rst", n),
          role: "OWNER" as const,
        })),
      )
      .onConflictDoNothing();
    await tx
      .insert(couriers)
      .values(upTo(world.couriers).map((n) => ({ id: demoId("cou", n), userId: demoUserId.courier(n) })))
      .onConflictDoNothing();
    await seedPayoutAccounts(tx, size, now);
    await insertAll(tx, payments, orders.map(paymentOf), 36);
    await insertAll(tx, paymentTries, orders.map(tryOf), 10);
    await insertAll(tx, paymentHistory, orders.flatMap(historyOf), 6);
    await insertAll(tx, ledgerAccounts, ledger.accounts, 4);
    await insertAll(tx, ledgerTransactions, ledger.transactions, 7);
    for (let start = 0; start < ledger.entries.length; start += 2_000) {
      await insertEntries(tx, ledger.entries.slice(start, start + 2_000).flat());
    }
    const first = Math.min(...ledger.transactions.map(({ at }) => (at as Date).getTime()));
    if (Number.isFinite(first)) await seedInvoices(tx, new Date(first), now);
  });
}
