/** Everything the checker looks at, read once: tables of five databases, the broker's record, the provider's journal, the clients' lines. */
import { readFileSync } from "node:fs";
import type postgres from "postgres";
import type { Baseline } from "./baseline.ts";
import { readJournal, type ProviderRecord } from "./journal.ts";
import { readMoney, type Money } from "./money.ts";
import { openDatabase, uuidOf, type Databases, type Row } from "./read.ts";

/** What one subgraph sent, took and put aside. */
export type Mail = { outbox: Row[]; inbox: Set<string>; parked: Row[]; versions: Row[] };

/** A line of the clients' file. */
export type Told = { kind: string; at: number } & Record<string, unknown>;

/** Rows of the run alone; keyed by the order's uuid where it says so. */
export type Evidence = {
  orders: Map<string, Row>;
  quotes: Map<string, Row>;
  lines: Map<string, Row[]>;
  fees: Map<string, Row[]>;
  /** Oldest first. */
  history: Map<string, Row[]>;
  keys: Row[];
  payments: Map<string, Row>;
  /** By payment. */
  refunds: Map<string, Row[]>;
  paymentHistory: Map<string, Row[]>;
  /** Each with its transaction's kind and order, and its account's kind and owner. */
  entries: Row[];
  emptyTransactions: string[];
  deliveries: Map<string, Row>;
  /** By delivery, oldest first. */
  steps: Map<string, Row[]>;
  offers: Map<string, Row[]>;
  couriers: Map<string, string>;
  reservations: Map<string, Row>;
  reserved: Row[];
  stock: Row[];
  /** By order. */
  redemptions: Map<string, Row[]>;
  promotions: Row[];
  /** How often each person holds each promotion, as counted. */
  promotionUsers: Row[];
  memberships: Row[];
  audit: Row[];
  mail: Map<string, Mail>;
  subscribers: { durable: string; topics: string[] }[];
  /** Ids (uuid) of what the broker was given. */
  published: Set<string>;
  provider: ProviderRecord;
  money: Money;
  told: Told[];
  baseline: Baseline;
};

/** What the checker is given. */
export type Sources = { databases: Databases; journal: string; acknowledgements: string; baseline: Baseline };

const group = (rows: readonly Row[], key: string) => Map.groupBy(rows, (row) => String(row[key]));
const one = (rows: readonly Row[], key: string) => new Map(rows.map((row) => [String(row[key]), row]));
const all = async (sql: postgres.Sql, text: string): Promise<Row[]> => [...(await sql.unsafe(text))];

async function mailOf(sql: postgres.Sql): Promise<Mail> {
  const inbox = await all(sql, "select event_id from inbox");
  return {
    outbox: await all(sql, "select * from outbox order by seq"),
    inbox: new Set(inbox.map((row) => String(row["event_id"]))),
    parked: await all(sql, "select * from parked_events"),
    versions: await all(sql, "select * from aggregate_versions"),
  };
}

const readOrders = (url: string) =>
  openDatabase(url, async (sql) => ({
    orders: await all(sql, "select * from orders"),
    quotes: await all(sql, "select id, order_id, total_minor, currency, fulfilment from quotes"),
    lines: await all(sql, "select * from order_lines"),
    fees: await all(sql, "select * from order_fees"),
    history: await all(sql, "select * from order_history order by order_id, position"),
    keys: await all(sql, "select * from idempotency_keys where operation = 'placeOrder'"),
    memberships: await all(sql, "select * from memberships"),
    redemptions: await all(sql, "select * from promotion_redemptions"),
    promotions: await all(sql, "select * from promotions"),
    promotionUsers: await all(sql, "select * from promotion_users"),
    mail: await mailOf(sql),
  }));

const readPayments = (url: string) =>
  openDatabase(url, async (sql) => ({
    payments: await all(sql, "select * from payments"),
    refunds: await all(sql, "select * from refunds"),
    paymentHistory: await all(sql, "select * from payment_history order by payment_id, seq"),
    entries: await all(
      sql,
      `select e.transaction_id, e.currency, e.amount_minor, t.kind, t.order_id, a.kind as account, a.owner
       from ledger_entries e join ledger_transactions t on t.id = e.transaction_id join ledger_accounts a on a.id = e.account_id`,
    ),
    emptyTransactions: await all(
      sql,
      "select id from ledger_transactions t where not exists (select 1 from ledger_entries e where e.transaction_id = t.id)",
    ),
    mail: await mailOf(sql),
  }));

const readDelivery = (url: string) =>
  openDatabase(url, async (sql) => ({
    deliveries: await all(sql, "select * from deliveries"),
    steps: await all(sql, "select * from delivery_steps order by delivery_id, seq"),
    offers: await all(sql, "select * from offers"),
    couriers: await all(sql, "select id, user_id from couriers"),
    mail: await mailOf(sql),
  }));

const readMenu = (url: string) =>
  openDatabase(url, async (sql) => ({
    reservations: await all(sql, "select * from stock_reservations"),
    reserved: await all(
      sql,
      `select r.order_id, r.state, l.item_id, l.quantity, l.counted
       from stock_reservations r join stock_reservation_lines l on l.reservation_id = r.id`,
    ),
    stock: await all(sql, "select id, stock from menu_items where stock is not null"),
    mail: await mailOf(sql),
  }));

const readUsers = (url: string) =>
  openDatabase(url, async (sql) => ({ audit: await all(sql, "select * from audit_entries"), mail: await mailOf(sql) }));

const readBroker = (url: string) =>
  openDatabase(url, async (sql) => ({
    subscribers: (await all(sql, "select durable, topics from broker.subscribers")) as Evidence["subscribers"],
    published: await all(sql, "select id from broker.events"),
  }));

function readTold(file: string): Told[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as Told);
}

/** Reads all of it. */
export async function gather({ databases, journal, acknowledgements, baseline }: Sources): Promise<Evidence> {
  const orders = await readOrders(databases.orders);
  const payments = await readPayments(databases.payments);
  const delivery = await readDelivery(databases.delivery);
  const menu = await readMenu(databases.menu);
  const users = await readUsers(databases.users);
  const broker = await readBroker(databases.events);
  const money = await readMoney(databases.payments, journal);
  const before = new Set(baseline.orders);
  const ours = (rows: Row[], key = "order_id") => rows.filter((row) => !before.has(String(row[key])));
  return {
    keys: orders.keys,
    memberships: orders.memberships,
    redemptions: group(orders.redemptions, "order_id"),
    promotions: orders.promotions,
    promotionUsers: orders.promotionUsers,
    orders: one(ours(orders.orders, "id"), "id"),
    quotes: one(orders.quotes, "id"),
    lines: group(orders.lines, "order_id"),
    fees: group(orders.fees, "order_id"),
    history: group(orders.history, "order_id"),
    payments: one(ours(payments.payments), "order_id"),
    refunds: group(payments.refunds, "payment_id"),
    paymentHistory: group(payments.paymentHistory, "payment_id"),
    entries: payments.entries,
    emptyTransactions: payments.emptyTransactions.map((row) => String(row["id"])),
    deliveries: one(ours(delivery.deliveries), "order_id"),
    steps: group(delivery.steps, "delivery_id"),
    offers: group(delivery.offers, "delivery_id"),
    couriers: new Map(delivery.couriers.map((row) => [String(row["id"]), String(row["user_id"])])),
    reservations: one(ours(menu.reservations), "order_id"),
    reserved: ours(menu.reserved),
    stock: menu.stock,
    audit: users.audit,
    mail: new Map(
      Object.entries({ orders, payments, delivery, menu, users }).map(([name, { mail }]): [string, Mail] => [
        name,
        mail,
      ]),
    ),
    subscribers: broker.subscribers,
    published: new Set(broker.published.map((row) => String(row["id"]))),
    provider: readJournal(journal),
    money,
    told: readTold(acknowledgements),
    baseline,
  };
}

/** The uuid of an order, payout or refund that somebody wrote as a TypeID; the text itself when it is none. */
export const orderKey = (typeId: unknown): string => uuidOf(String(typeId)) ?? String(typeId);
