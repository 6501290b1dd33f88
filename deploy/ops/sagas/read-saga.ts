/** Everything about one order in five databases, as the operators see it: no names, no addresses, no card. */
import { sql } from "drizzle-orm";
import type { Db } from "../../../kit/database/db.ts";
import { fromUuid, toUuid } from "../../../kit/id.ts";
import { waitingEvents, type WaitingEvent } from "../../../kit/events/quarantine.ts";
import { subgraphNames, type SubgraphName } from "../../../schema/subgraphs.ts";
import type { Env } from "../env.ts";
import { OperatorError, withDatabase } from "../subgraph-database.ts";
import { oneOrder, type LiveOrder } from "./read-orders.ts";

type Step = { at: string; from: string | null; to: string; cause: string; actor: string };
type Payment = {
  paymentId: string;
  state: string;
  capturedMinor: number;
  refundedMinor: number;
  live: { operation: string; idempotencyKey: string; since: string } | null;
};
type Delivery = { deliveryId: string; state: string; kitchen: string; courierId: string | null; openOffers: number };

/** A timer that is set. `error` is why its last try failed. */
export type SagaTimer = {
  subgraph: SubgraphName;
  name: string;
  key: string;
  dueAt: Date;
  runAt: Date;
  attempt: number;
  error: string | null;
};
/** An event that was written and not handed to the broker. */
export type Unsent = { subgraph: SubgraphName; eventId: string; type: string; since: Date };

/** What was found. `payment`, `delivery` and `reservation` are null where the subgraph has none yet. */
export type Saga = {
  order: LiveOrder;
  history: Step[];
  payment: Payment | null;
  delivery: Delivery | null;
  reservation: { state: string; expiresAt: string } | null;
  promotions: { promotionId: string; state: string }[];
  timers: SagaTimer[];
  unsent: Unsent[];
  waiting: (WaitingEvent & { subgraph: SubgraphName })[];
};

type Row = Record<string, string | null>;

const iso = (value: string | null | undefined): string => new Date(value ?? 0).toISOString();
const idOf = (prefix: string, uuid: string | null | undefined) => (uuid == null ? null : fromUuid(prefix, uuid));

async function readOrders(db: Db, orderId: string) {
  const order = await oneOrder(db, orderId);
  if (order === null) throw new OperatorError(`there is no order ${orderId}`);
  const uuid = toUuid(orderId);
  const history = await db.execute<Row>(
    sql`select at, from_state, to_state, cause, actor from order_history where order_id = ${uuid}::uuid order by position`,
  );
  const redeemed = await db.execute<Row>(
    sql`select promotion_id, state from promotion_redemptions where order_id = ${uuid}::uuid order by slot`,
  );
  return {
    order,
    history: history.map((row) => ({
      at: iso(row["at"]),
      from: row["from_state"] ?? null,
      to: row["to_state"] ?? "",
      cause: row["cause"] ?? "",
      actor: row["actor"] ?? "",
    })),
    promotions: redeemed.map((row) => ({
      promotionId: idOf("prm", row["promotion_id"]) ?? "",
      state: row["state"] ?? "",
    })),
  };
}

async function readPayment(db: Db, orderId: string): Promise<Payment | null> {
  const [row] = await db.execute<Row>(
    sql`select p.id, p.state, p.captured_minor, p.refunded_minor, a.operation, a.idempotency_key, a.created_at
      from payments p left join payment_attempts a on a.payment_id = p.id and a.state = 'LIVE'
      where p.order_id = ${toUuid(orderId)}::uuid`,
  );
  if (row === undefined) return null;
  const { operation, idempotency_key: idempotencyKey } = row;
  return {
    paymentId: idOf("pay", row["id"]) ?? "",
    state: row["state"] ?? "",
    capturedMinor: Number(row["captured_minor"]),
    refundedMinor: Number(row["refunded_minor"]),
    live: operation && idempotencyKey ? { operation, idempotencyKey, since: iso(row["created_at"]) } : null,
  };
}

async function readDelivery(db: Db, orderId: string): Promise<Delivery | null> {
  const [row] = await db.execute<Row>(
    sql`select d.id, d.state, d.kitchen, d.courier_id,
        (select count(*) from offers f where f.delivery_id = d.id and f.state = 'OFFERED') as open_offers
      from deliveries d where d.order_id = ${toUuid(orderId)}::uuid`,
  );
  if (row === undefined) return null;
  return {
    deliveryId: idOf("dlv", row["id"]) ?? "",
    state: row["state"] ?? "",
    kitchen: row["kitchen"] ?? "",
    courierId: idOf("cou", row["courier_id"]),
    openOffers: Number(row["open_offers"]),
  };
}

async function readReservation(db: Db, orderId: string) {
  const [row] = await db.execute<Row>(
    sql`select state, expires_at from stock_reservations where order_id = ${toUuid(orderId)}::uuid`,
  );
  return row === undefined ? null : { state: row["state"] ?? "", expiresAt: iso(row["expires_at"]) };
}

/** What a subgraph has to do, to send and to apply that is about one of these ids, or an event that names the order. */
async function readMail(subgraph: SubgraphName, db: Db, orderId: string, ids: readonly string[]) {
  const keys = sql.param(`{${ids.join(",")}}`);
  const timers = await db.execute<Row>(
    sql`select name, key, due_at, run_at, attempt, error from timers where key = any(${keys}::text[]) order by run_at, name`,
  );
  const unsent = await db.execute<Row>(
    sql`select id, type, time from outbox
      where sent_at is null and (aggregate_id = any(${keys}::text[]) or data ->> 'orderId' = ${orderId}) order by seq`,
  );
  const named = await db.execute<Row>(
    sql`select event_id from parked_events
      where aggregate_id = any(${keys}::text[]) or event -> 'data' ->> 'orderId' = ${orderId}`,
  );
  const ours = new Set(named.map((row) => row["event_id"]));
  const waiting = (await waitingEvents(db)).filter(({ eventId }) => ours.has(eventId));
  return {
    timers: timers.map((row) => ({
      subgraph,
      name: row["name"] ?? "",
      key: row["key"] ?? "",
      dueAt: new Date(row["due_at"] ?? 0),
      runAt: new Date(row["run_at"] ?? 0),
      attempt: Number(row["attempt"]),
      error: row["error"]?.split("\n")[0] ?? null,
    })),
    unsent: unsent.map((row) => ({
      subgraph,
      eventId: row["id"] ?? "",
      type: row["type"] ?? "",
      since: new Date(row["time"] ?? 0),
    })),
    waiting: waiting.map((event) => ({ ...event, subgraph })),
  };
}

/** Reads it. Throws one line when there is no such order. */
export async function readSaga(settings: Env, orderId: string): Promise<Saga> {
  const inDatabase = <T>(name: SubgraphName, work: (db: Db) => Promise<T>) => withDatabase(name, settings, work);
  const own = await inDatabase("orders", (db) => readOrders(db, orderId));
  const [payment, delivery, reservation] = await Promise.all([
    inDatabase("payments", (db) => readPayment(db, orderId)),
    inDatabase("delivery", (db) => readDelivery(db, orderId)),
    inDatabase("menu", (db) => readReservation(db, orderId)),
  ]);
  const ids = [orderId, payment?.paymentId, delivery?.deliveryId].filter((id) => id !== undefined);
  const mail = await Promise.all(
    subgraphNames.map((name) => inDatabase(name, (db) => readMail(name, db, orderId, ids))),
  );
  return {
    ...own,
    payment,
    delivery,
    reservation,
    timers: mail.flatMap(({ timers }) => timers),
    unsent: mail.flatMap(({ unsent }) => unsent),
    waiting: mail.flatMap(({ waiting }) => waiting),
  };
}
