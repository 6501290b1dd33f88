/** Bugs written into a run's results by hand, and what the checker has to say about each: how the checker is checked. */
import { putsOf, type PlantedBug } from "./planted-bug.ts";
import { plantedEndingBugs } from "./planted-ending-bugs.ts";
import { plantedMoneyBugs } from "./planted-money-bugs.ts";

/** Some order that went well. */
const completed =
  "(select id from orders where state = 'COMPLETED' and fulfilment = 'DELIVERY' and quote_id in (select id from quotes) and id in (select order_id from order_history where actor_id is not null) order by created_at desc limit 1)";
const captured = "(select id from payments where captured_minor > 0 order by created_at desc limit 1)";
const delivered = "(select id from deliveries where state = 'DELIVERED' order by created_at desc limit 1)";

/** The last captured charge of the journal once more, under another name. */
function captureAgain(text: string): string {
  const puts = putsOf(text);
  const charge = puts.findLast(({ kind, value }) => kind === "charge" && value["captured"] === true);
  if (!charge) throw new Error("nothing was captured");
  return `${text}${JSON.stringify({ put: [{ kind: "charge", value: { ...charge.value, id: "ch_again" } }] })}\n`;
}

/** Says that another request under the key of an acknowledged order made an order too. */
function answerConflict(text: string): string {
  const line = text.split("\n").find((each) => each.includes('"acknowledged"'));
  if (!line) throw new Error("nothing was acknowledged");
  const { customerId, key } = JSON.parse(line) as Record<string, string>;
  return `${text}${JSON.stringify({ kind: "conflict", customerId, key, answer: "PlaceOrderSuccess" })}\n`;
}

/** Every bug. Triggers and foreign keys are off while the SQL runs, so that even what the database forbids can be planted. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "an event that one subscriber dropped",
    invariant: 10,
    says: "never took effect in menu",
    database: "menu",
    sql: "delete from inbox where event_id = (select event_id from inbox where type = 'order.accepted.v1' limit 1)",
  },
  {
    name: "an event that was marked as taken and had no effect",
    invariant: 10,
    says: "never heard that its money was captured",
    database: "orders",
    sql: `update orders set captured_at = null where id = ${completed}`,
  },
  {
    name: "a capture made twice",
    invariant: 2,
    says: "captured 2 times at the provider",
    file: "journal",
    edit: captureAgain,
  },
  {
    name: "a posting that does not balance",
    invariant: 1,
    says: "sums to 1",
    database: "payments",
    sql: `update ledger_entries set amount_minor = amount_minor + 1 where (transaction_id, line) = (
      select transaction_id, line from ledger_entries order by transaction_id desc limit 1)`,
  },
  {
    name: "an event lost from the outbox",
    invariant: 10,
    says: "order.ready.v1 was written 0 times",
    database: "orders",
    sql: "delete from outbox where seq = (select seq from outbox where type = 'order.ready.v1' limit 1)",
  },
  {
    name: "an event that was never sent",
    invariant: 10,
    says: "was never sent",
    database: "delivery",
    sql: "update outbox set sent_at = null where seq = (select max(seq) from outbox)",
  },
  {
    name: "an order brought back to life",
    invariant: 5,
    says: "it left the terminal state COMPLETED",
    database: "orders",
    sql: `insert into order_history (order_id, position, from_state, to_state, cause, actor, trace_id, at)
      select order_id, max(position) + 1, 'COMPLETED', 'PREPARING', 'PREPARATION_STARTED', 'SYSTEM', '', max(at)
      from order_history where order_id = ${completed} group by order_id`,
  },
  {
    name: "a transition that the table does not list",
    invariant: 5,
    says: "the order went from PLACED to PICKED_UP",
    database: "orders",
    sql: `update order_history set to_state = 'PICKED_UP' where to_state = 'ACCEPTED' and order_id = ${completed}`,
  },
  {
    name: "an order whose row says another state than its history",
    invariant: 5,
    says: "the order's history ends at COMPLETED",
    database: "orders",
    sql: `update orders set state = 'DELIVERED' where id = ${completed}`,
  },
  {
    name: "two couriers on one delivery",
    invariant: 7,
    says: "2 couriers hold its delivery",
    database: "delivery",
    sql: `drop index offers_one_open_per_delivery;
      insert into offers select gen_random_uuid(), delivery_id, (select id from couriers where id <> o.courier_id limit 1), 'ACCEPTED',
        travel_seconds, kitchen_wait_seconds, lateness_seconds, idle_credit_seconds, total_seconds, offered_at, expires_at, ended_at
      from offers o where delivery_id = ${delivered} and state = 'ACCEPTED'`,
  },
  {
    name: "an acknowledged order that was lost",
    invariant: 4,
    says: "it was acknowledged and is not there",
    database: "orders",
    sql: `delete from orders where id = ${completed}`,
  },
  {
    name: "another request under a known key that made an order",
    invariant: 4,
    says: "another request under its key was answered PlaceOrderSuccess",
    file: "acknowledgements",
    edit: answerConflict,
  },
  {
    name: "more refunded than captured",
    invariant: 2,
    says: "refunds of",
    database: "payments",
    sql: `insert into refunds (id, payment_id, amount_minor, currency, reason, state, created_at)
      select gen_random_uuid(), id, captured_minor + 1, currency, 'planted', 'SUCCEEDED', created_at from payments where id = ${captured}`,
  },
  {
    name: "stock given back twice",
    invariant: 8,
    says: "by its reservations",
    database: "menu",
    sql: "update menu_items set stock = stock + 1 where id = (select id from menu_items where stock is not null order by id limit 1)",
  },
  {
    name: "stock that was never taken for good",
    invariant: 8,
    says: "its stock is HELD",
    database: "menu",
    sql: `update stock_reservations set state = 'HELD' where state = 'COMMITTED'
      and order_id in (select order_id from completed_orders)`,
  },
  {
    name: "a promotion redeemed beyond its limit",
    invariant: 8,
    says: "times of",
    database: "orders",
    sql: `alter table promotions drop constraint promotions_redeemed;
      update promotions set limit_total = greatest(redeemed, 1) - 1 where redeemed > 0`,
  },
  {
    name: "a promotion given back twice",
    invariant: 8,
    says: "redemptions, there are",
    database: "orders",
    sql: `alter table promotions drop constraint promotions_redeemed;
      update promotions set redeemed = redeemed - 1 where limit_total is not null`,
  },
  {
    name: "a promotion that an order kept which came to nothing",
    invariant: 8,
    says: "and its promotion counts as used",
    database: "orders",
    sql: "update orders set state = 'REJECTED' where id in (select order_id from promotion_redemptions where state = 'REDEEMED')",
  },
  {
    name: "a discount that no promotion explains",
    invariant: 8,
    says: "its promotions took off 0",
    database: "orders",
    sql: "delete from promotion_redemptions",
  },
  {
    name: "an order that costs another sum than was quoted",
    invariant: 3,
    says: "its quote says",
    database: "orders",
    sql: `update orders set total_minor = total_minor + 1 where id = ${completed}`,
  },
  {
    name: "money kept of an order that was cancelled",
    invariant: 6,
    says: "were kept at the provider",
    database: "orders",
    sql: `update orders set state = 'CANCELLED' where id = ${completed}`,
  },
  {
    name: "a stranger who accepted an order",
    invariant: 9,
    says: "had no say in it",
    database: "orders",
    sql: `update order_history set actor_id = gen_random_uuid() where actor = 'RESTAURANT' and order_id = ${completed}`,
  },
  ...plantedMoneyBugs,
  ...plantedEndingBugs,
];
