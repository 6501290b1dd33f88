/** Every connection of the subgraphs, read from their contracts: how each is reached, and what its rows are made of. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { getNamedType, isNonNullType, isObjectType, type GraphQLField } from "graphql";
import postgres from "postgres";
import { inject } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import type { Caller } from "../../kit/access/identity.ts";
import { readTypeDefs } from "../../kit/graphql/sdl.ts";
import { testNow, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { everySubgraph, folderOf, type startEverySubgraph } from "./each-subgraph.ts";

type System = Awaited<ReturnType<typeof startEverySubgraph>>;

/** A field that answers a page. */
export type Connection = { subgraph: string; type: string; field: GraphQLField<unknown, unknown> };

/** `subgraph Type.field`. */
export const nameOf = ({ subgraph, type, field }: Connection): string => `${subgraph} ${type}.${field.name}`;

/** The connections of all subgraphs. */
export const connections: readonly Connection[] = everySubgraph.flatMap((subgraph) => {
  const schema = buildSubgraphSchema([{ typeDefs: readTypeDefs(folderOf(subgraph)) }]);
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name.endsWith("Connection"))
          .map((field) => ({ subgraph, type: type.name, field }))
      : [],
  );
});

/** What the rows of a connection are. */
type Rows = {
  table: string;
  /** Gives all rows the same sort key, so that their ids decide the order; null where the key is unique. */
  share: string | null;
  /** The row of `$1`, which is the last value in its cursor: an id as a uuid, anything else as text. */
  one: string;
};

const rowsBy = (table: string, key: string): Rows => ({
  table,
  share: `${key} = date_trunc('month', ${key})`,
  one: "id::text = $1",
});

/** By name. A new connection has to be added here, and its list filled where the demo world leaves it empty. */
export const cases: Readonly<Record<string, Rows>> = {
  "users Query.users": rowsBy("users", "created_at"),
  "users Query.auditLog": { table: "audit_entries", share: null, one: "sequence::text = $1" },
  "menu Restaurant.reviews": rowsBy("reviews", "created_at"),
  "menu Query.restaurants": { ...rowsBy("restaurants", ""), share: "rating_sum = 40, rating_count = 10" },
  "orders User.orders": rowsBy("orders", "created_at"),
  "orders Restaurant.orderQueue": rowsBy("orders", "created_at"),
  "orders Restaurant.allPromotions": rowsBy("promotions", "created_at"),
  "orders Query.searchOrders": rowsBy("orders", "created_at"),
  "orders Query.promotions": rowsBy("promotions", "created_at"),
  "delivery Query.myDeliveries": rowsBy("deliveries", "created_at"),
  "delivery Query.couriers": { ...rowsBy("couriers", ""), share: null },
  "payments Query.flaggedRefunds": rowsBy("refunds", "flagged_at"),
  "payments Query.flaggedPayouts": rowsBy("payouts", "flagged_at"),
  "payments Query.disputes": rowsBy("disputes", "opened_at"),
  "payments Query.reconciliationFindings": rowsBy("reconciliation_findings", "first_seen_at"),
  "payments Restaurant.disputes": rowsBy("disputes", "opened_at"),
  "payments Restaurant.payouts": rowsBy("payouts", "created_at"),
  "payments Restaurant.invoices": rowsBy("invoices", "issued_at"),
  "payments Courier.payouts": rowsBy("payouts", "created_at"),
  "payments Statement.lines": {
    ...rowsBy("ledger_transactions", "at"),
    one: "coalesce(order_id, id)::text = $1",
  },
};

const everything = ["customer", "courier", "support", "admin"];
const administrator = userCaller(demoUserId.admin(), ...everything);

/** Who asks for a connection. */
export const callerOf = (name: string): Caller =>
  name === "delivery Query.myDeliveries" ? userCaller(demoUserId.courier(0), ...everything) : administrator;

/** Values of required arguments. */
const values: Readonly<Record<string, string>> = {
  filter: "{}",
  from: '"2025-07-01"',
  to: '"2026-06-30"',
  currency: '"IDR"',
};

/** Further arguments, where a list is empty without them. */
const further: Readonly<Record<string, string>> = {
  "orders Restaurant.orderQueue": "states: [COMPLETED, CANCELLED, REJECTED, EXPIRED, PAYMENT_FAILED, DELIVERY_FAILED]",
};

const entity = (type: string, id: string, selection: string) =>
  `_entities(representations: [{ __typename: "${type}", id: "${id}" }]) { ... on ${type} { ${selection} } }`;

/** An object of each type that has a connection: how it is reached, around `selection`. */
const reached: Record<string, (selection: string) => string> = {
  Query: (selection) => selection,
  User: (selection) => entity("User", demoUserId.customer(0), selection),
  Restaurant: (selection) => entity("Restaurant", demoId("rst", 0), selection),
  Courier: (selection) => entity("Courier", demoId("cou", 0), selection),
  Statement: (selection) =>
    entity(
      "Restaurant",
      demoId("rst", 0),
      `statement(from: ${values["from"]}, to: ${values["to"]}, currency: "IDR") { ${selection} }`,
    ),
};

/** The query of a page, whose arguments are written as GraphQL writes them. The field is named `page`. */
export function queryOf(connection: Connection, page: string): string {
  const { type, field } = connection;
  const reach = reached[type];
  if (!reach) throw new Error(`say in this file how a ${type} is reached`);
  const needed = field.args
    .filter((argument) => isNonNullType(argument.type))
    .map(({ name }) => `${name}: ${values[name]}`);
  const given = [...needed, further[nameOf(connection)], page].filter(Boolean).join(", ");
  const rows = "{ edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
  return `{ ${reach(`page: ${field.name}${given === "" ? "" : `(${given})`} ${rows}`)} }`;
}

/** Works on the database of a subgraph without its constraint triggers, foreign keys and rights. */
export async function forcing<T>(
  system: System,
  subgraph: string,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const url = new URL(inject("clusterUrl"));
  url.pathname = new URL(system.of(subgraph).database.url).pathname;
  const connection = { session_replication_role: "replica" };
  const sql = postgres(url.href, { max: 1, fetch_types: false, connection });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** Rows for the lists that the demo world leaves empty, and sort keys that rows share wherever they can. */
export async function fillLists(system: System): Promise<void> {
  await createPromotions(system);
  for (const n of [1, 2, 3, 4]) {
    const auditId = newId("aud");
    const data = { auditId, actorId: null, action: "a.test", subjectId: auditId, at: testNow.toISOString() };
    await system.of("users").deliver({ type: "audit.recorded.v1", source: "menu", aggregateId: auditId, data });
    await fillPayments(system, n);
  }
  for (const connection of connections) {
    const { table, share } = cases[nameOf(connection)] ?? {};
    if (share) await forcing(system, connection.subgraph, (sql) => sql.unsafe(`update ${table} set ${share}`));
  }
}

/** One payout of the first restaurant and one of the first courier, one refund, one dispute and one finding. */
async function fillPayments(system: System, n: number) {
  const { sql } = system.of("payments");
  const restaurant = demoId("rst", 0);
  for (const owner of [restaurant, demoId("cou", 0)])
    await sql`insert into payouts (id, account_id, kind, state, currency, amount_minor, fee_minor, net_minor, tips_minor,
        owed_minor, held_minor, period_start, period_end, created_at, flagged_at)
      select ${toUuid(newId("pyt"))}, id, 'WEEKLY', 'PAID', 'IDR', 100, 0, 100, 0, 100, 0, ${testNow}, ${testNow}, ${testNow}, ${testNow}
      from payout_accounts where owner = ${owner}`;
  await sql`insert into refunds (id, payment_id, amount_minor, currency, reason, state, created_at, flagged_at)
    select ${toUuid(newId("rfd"))}, id, 1, 'IDR', 'A test.', 'FAILED', ${testNow}, ${testNow} from payments limit 1`;
  await sql`insert into disputes (id, payment_id, restaurant_id, amount_minor, state, opened_at)
    select ${`dp_${n}`}, id, ${toUuid(restaurant)}, 1, 'LOST', ${testNow} from payments limit 1`;
  await sql`insert into invoices (id, kind, year, sequence, number, restaurant_id, currency, month, commission_minor, total_minor,
      tax_bps, tax_minor, income_tax_minor, corrects, issued_at)
    values (${toUuid(newId("inv"))}, 'INVOICE', 2020, ${n}, ${`INV-2020-00000${n}`}, ${toUuid(restaurant)}, 'IDR', ${`2020-0${n}`}, 1, 1,
      0, 0, 0, '[]', ${testNow})`;
  await sql`insert into reconciliation_findings (id, kind, subject, facts, facts_digest, first_seen_at, last_seen_at)
    values (${toUuid(newId("fnd"))}, 'UNKNOWN_CHARGE', ${`pi_${n}`}, '{}', ${`digest ${n}`}, ${testNow}, ${testNow})`;
}

async function createPromotions(system: System) {
  const orders = system.of("orders");
  const promote = `mutation ($input: CreatePlatformPromotionInput!) { createPlatformPromotion(input: $input) { __typename } }`;
  for (const name of ["One", "Two", "Three", "Four"]) {
    const terms = { kind: "FREE_DELIVERY" };
    const window = { from: "2026-06-01T00:00", timeZone: "Asia/Jakarta" };
    const input = { name, currency: "IDR", restaurantId: demoId("rst", 0), terms, window };
    await orders.graphql(promote, { input }, administrator);
    orders.clock.advance(1_000);
  }
}

/** Deletes the row that a cursor names. */
export async function removeRow(system: System, connection: Connection, cursor: string): Promise<void> {
  const { table, one } = cases[nameOf(connection)]!;
  const last = String(partsOf(cursor).at(-1));
  const value = /^[a-z]{3}_[0-7][0-9a-z]{25}$/.test(last) ? toUuid(last) : last;
  const { count } = await forcing(system, connection.subgraph, (sql) =>
    sql.unsafe(`delete from ${table} where ${one}`, [value]),
  );
  if (count === 0) throw new Error(`no row of ${table} is ${value}`);
}

/** The list's name in a cursor, and the values behind it. */
export const partsOf = (cursor: string): [list: string, ...values: (string | number)[]] =>
  JSON.parse(Buffer.from(cursor, "base64url").toString()) as [string, ...(string | number)[]];
