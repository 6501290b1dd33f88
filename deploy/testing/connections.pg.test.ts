/** Every connection of every subgraph, read from the contracts: pages forwards and backwards, and what they say of what lies beyond. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { getNamedType, isNonNullType, isObjectType, type GraphQLField } from "graphql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { readTypeDefs } from "../../kit/sdl.ts";
import { testNow, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../schema/demo.ts";
import { everySubgraph, folderOf, startEverySubgraph, type StartedSubgraph } from "./each-subgraph.ts";

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let system: Awaited<ReturnType<typeof startEverySubgraph>>;
beforeAll(async () => {
  system = await startEverySubgraph();
  await fillEmptyLists();
});
afterAll(() => system.stop());

const everything = ["customer", "courier", "support", "admin"];
const caller = userCaller(demoUserId.admin(), ...everything);
/** Who has to ask, where it is not the administrator. */
const callers: Record<string, typeof caller> = {
  "delivery Query.myDeliveries": userCaller(demoUserId.courier(0), ...everything),
};

/** Values of required arguments. */
const values: Record<string, string> = {
  filter: "{}",
  from: '"2025-07-01"',
  to: '"2026-06-30"',
  currency: '"IDR"',
};

/** Further arguments, where a list is empty without them. */
const narrowed: Record<string, string[]> = {
  "Restaurant.orderQueue": ["states: [COMPLETED, CANCELLED, REJECTED, EXPIRED, PAYMENT_FAILED, DELIVERY_FAILED]"],
};

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
const entity = (type: string, id: string, selection: string) =>
  `_entities(representations: [{ __typename: "${type}", id: "${id}" }]) { ... on ${type} { ${selection} } }`;

/** Rows for the lists that the demo world leaves empty. */
async function fillEmptyLists() {
  const admin = { ...caller };
  const promote = `mutation ($input: CreatePlatformPromotionInput!) { createPlatformPromotion(input: $input) { __typename } }`;
  for (const name of ["One", "Two", "Three", "Four"]) {
    const terms = { kind: "FREE_DELIVERY" };
    const window = { from: "2026-06-01T00:00", timeZone: "Asia/Jakarta" };
    const restaurantId = demoId("rst", 0);
    const input = { name, currency: "IDR", restaurantId, terms, window };
    await system.of("orders").graphql(promote, { input }, admin);
    system.of("orders").clock.advance(1_000);
  }
  for (const n of [1, 2, 3, 4]) {
    const auditId = newId("aud");
    const data = { auditId, actorId: null, action: "a.test", subjectId: auditId, at: testNow.toISOString() };
    await system.of("users").deliver({ type: "audit.recorded.v1", source: "menu", aggregateId: auditId, data });
    await fillPayments(n);
  }
}

/** One payout of the first restaurant and one of the first courier, one refund, one finding; all at the same instant, flagged. */
async function fillPayments(n: number) {
  const { sql } = system.of("payments");
  for (const owner of [demoId("rst", 0), demoId("cou", 0)])
    await sql`insert into payouts (id, account_id, kind, state, currency, amount_minor, fee_minor, net_minor, tips_minor,
        owed_minor, held_minor, period_start, period_end, created_at, flagged_at)
      select ${toUuid(newId("pyt"))}, id, 'WEEKLY', 'PAID', 'IDR', 100, 0, 100, 0, 100, 0, ${testNow}, ${testNow}, ${testNow}, ${testNow}
      from payout_accounts where owner = ${owner}`;
  await sql`insert into refunds (id, payment_id, amount_minor, currency, reason, state, created_at, flagged_at)
    select ${toUuid(newId("rfd"))}, id, 1, 'IDR', 'A test.', 'FAILED', ${testNow}, ${testNow} from payments limit 1`;
  await sql`insert into reconciliation_findings (id, kind, subject, facts, facts_digest, first_seen_at, last_seen_at)
      values (${toUuid(newId("fnd"))}, 'UNKNOWN_CHARGE', ${`pi_${n}`}, '{}', ${`digest ${n}`}, ${testNow}, ${testNow})`;
}

type Connection = { subgraph: string; type: string; field: GraphQLField<unknown, unknown> };

function connectionsOf(subgraph: string): Connection[] {
  const schema = buildSubgraphSchema([{ typeDefs: readTypeDefs(folderOf(subgraph)) }]);
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name.endsWith("Connection"))
          .map((field) => ({ subgraph, type: type.name, field }))
      : [],
  );
}

const connections = everySubgraph.flatMap(connectionsOf);

type PageInfo = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};
type Page = { cursors: string[]; pageInfo: PageInfo };

/** Asks for a page; the code of the error where it is refused. */
async function ask({ subgraph, type, field }: Connection, page: string): Promise<Page | string> {
  const reach = reached[type];
  if (!reach) throw new Error(`say in this test how a ${type} is reached`);
  const more = narrowed[`${type}.${field.name}`] ?? [];
  const needed = field.args
    .filter((argument) => isNonNullType(argument.type))
    .map(({ name }) => `${name}: ${values[name]}`);
  const given = [...needed, ...more, page].filter(Boolean).join(", ");
  const selection = `page: ${field.name}${given === "" ? "" : `(${given})`} { edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
  const started: StartedSubgraph = system.of(subgraph);
  const who = callers[`${subgraph} ${type}.${field.name}`] ?? caller;
  const { data, errors } = await started.graphql(`{ ${reach(selection)} }`, {}, who);
  if (errors) return errors[0]?.extensions.code ?? "no code";
  const holder = data._entities?.[0] ?? data;
  const { edges, pageInfo } = (holder.statement ?? holder).page as { edges: { cursor: string }[]; pageInfo: PageInfo };
  return { cursors: edges.map(({ cursor }) => cursor), pageInfo };
}

async function pageOf(connection: Connection, page: string): Promise<Page> {
  const answer = await ask(connection, page);
  if (typeof answer === "string") throw new Error(`${page}: ${answer}`);
  return answer;
}

/** The cursors of the first 40 rows, in the list's order. */
const size = 3;

test("there are as many connections as are known today, and more", () => {
  expect(connections.length).toBeGreaterThanOrEqual(17);
});

describe.each(connections.map((one) => [`${one.subgraph} ${one.type}.${one.field.name}`, one] as const))(
  "%s",
  (_name, connection) => {
    test("has the same rows from both ends, and says truly on which side there are more", async () => {
      const { cursors: whole, pageInfo } = await pageOf(connection, "first: 100");
      expect(whole.length).toBeGreaterThanOrEqual(2);
      expect([pageInfo.hasPreviousPage, pageInfo.startCursor]).toEqual([false, whole[0]]);
      const known = pageInfo.hasNextPage ? whole.slice(0, 40) : whole;
      for (let from = 0; from < known.length; from += size) {
        const after = from === 0 ? "" : `, after: "${whole[from - 1]}"`;
        const page = await pageOf(connection, `first: ${size}${after}`);
        expect(page.cursors).toEqual(whole.slice(from, from + size));
        expect(page.pageInfo.hasPreviousPage).toBe(from > 0);
        expect(page.pageInfo.hasNextPage).toBe(from + size < whole.length || pageInfo.hasNextPage);
      }
      for (let to = known.length; to > 0; to -= size) {
        const isEnd = to === whole.length && !pageInfo.hasNextPage;
        const before = isEnd ? "" : `, before: "${whole[to]}"`;
        const page = await pageOf(connection, `last: ${size}${before}`);
        expect(page.cursors).toEqual(whole.slice(Math.max(0, to - size), to));
        expect(page.pageInfo.hasPreviousPage).toBe(to > size);
        expect(page.pageInfo.hasNextPage).toBe(!isEnd);
      }
    });

    test("takes a cursor on each side", async () => {
      const { cursors: whole } = await pageOf(connection, "first: 100");
      const end = whole[Math.min(whole.length - 1, 4)];
      const [start] = whole;
      const between = whole.slice(1, Math.min(whole.length - 1, 4));
      const bounds = `after: "${start}", before: "${end}"`;
      for (const way of ["first: 100", "last: 100"])
        expect((await pageOf(connection, `${way}, ${bounds}`)).cursors).toEqual(between);
    });

    test("refuses two directions, sizes outside 1 to 100 and cursors of no list", async () => {
      for (const page of ["first: 2, last: 2", "first: 0", "first: 101", "last: 0", "last: -1", "last: 101"])
        expect(await ask(connection, page), page).toBe("BAD_USER_INPUT");
      for (const page of ['last: 2, before: "nonsense"', 'first: 2, before: "bm9uZQ"', 'last: 2, after: ""'])
        expect(await ask(connection, page), page).toBe("BAD_USER_INPUT");
      expect(typeof (await ask(connection, ""))).toBe("object");
    });
  },
);
