/** Bugs in what an order's end pays, planted like the others. */
import type { PlantedBug } from "./planted-bug.ts";

/** The posting of some order that its courier had come for, ended by the customer's fault. */
const ended = (account: string) =>
  `(select t.id from ledger_transactions t join ledger_entries e on e.transaction_id = t.id join ledger_accounts a on a.id = e.account_id
    where t.kind = 'order-ended' and a.kind = '${account}' order by t.at desc limit 1)`;
const entryOf = (account: string) =>
  `transaction_id = ${ended(account)} and account_id in (select id from ledger_accounts where kind = '${account}')`;

/** Each of them. */
export const plantedEndingBugs: readonly PlantedBug[] = [
  {
    name: "a tip of a failed delivery that nobody owns",
    invariant: 12,
    says: "has no owner",
    database: "payments",
    sql: `alter table ledger_accounts drop constraint ledger_accounts_owned;
      update ledger_accounts set owner = '' where kind = 'tips_held' and id = (
        select account_id from ledger_entries where ${entryOf("tips_held")} limit 1)`,
  },
  {
    name: "a tip of a failed delivery that was kept",
    invariant: 12,
    says: "the tip paid is",
    database: "payments",
    sql: `delete from ledger_entries where ${entryOf("tips_held")}`,
  },
  {
    name: "a courier who came and was not paid",
    invariant: 12,
    says: "its courier earned 0",
    database: "payments",
    sql: `delete from ledger_entries where transaction_id = ${ended("courier_payable")}
      and account_id in (select id from ledger_accounts where kind = 'courier_payable');
      delete from ledger_entries where transaction_id in (select id from ledger_transactions where kind = 'courier-compensated')`,
  },
  {
    name: "a ride back on request that was not paid",
    invariant: 12,
    says: "its courier earned",
    database: "payments",
    sql: "delete from ledger_entries where transaction_id in (select id from ledger_transactions where kind = 'courier-compensated')",
  },
  {
    name: "a restaurant that cooked and was not paid",
    invariant: 12,
    says: "its restaurant earned",
    database: "payments",
    sql: `delete from ledger_entries where ${entryOf("restaurant_payable")}`,
  },
  {
    name: "a customer who was charged for another's fault",
    invariant: 12,
    says: "its customer was charged",
    database: "orders",
    sql: "update orders set cancel_fault = 'RESTAURANT' where cancel_fault = 'CUSTOMER' and cancel_fee_minor > 0",
  },
  {
    name: "a customer who was charged for more than was cooked",
    invariant: 12,
    says: "its customer was charged",
    database: "orders",
    sql: "update order_history set from_state = 'ACCEPTED' where to_state in ('CANCELLING', 'DELIVERY_FAILED')",
  },
];
