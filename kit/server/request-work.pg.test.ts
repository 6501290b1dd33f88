/** A subgraph's work ends with its request: through real HTTP, over a real Postgres, which says what still runs. */
import { sql as fragment } from "drizzle-orm";
import { parse } from "graphql";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { subgraphEnv } from "./env.ts";
import { openDatabase, type Database } from "../database/db.ts";
import { listen, type RunningHttp } from "./http.ts";
import { resolveWhileWanted } from "./request-work.ts";
import { buildSchema, type BaseDeps } from "./subgraph.ts";
import { createApollo, graphqlRoute } from "../graphql/subgraph-graphql.ts";
import { kitDatabase, type KitDatabase } from "../testing/kit-database.ts";

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@listSize"])
  type Query { sleep(name: String!): Sleeper sleepers: [Sleeper] @listSize(assumedSize: 3) long: [Sleeper] @listSize(assumedSize: 3) }
  type Mutation { note(name: String!): String }
  type Sleeper @key(fields: "id") { id: ID! after: String self: Sleeper list: [Sleeper!]! @listSize(assumedSize: 100) }`;

type Context = Pick<BaseDeps, "db" | "sql">;

/** How often each resolver began. */
const begun = { after: 0, self: 0 };

const sleeper = { id: "1" };
const resolvers = {
  Query: {
    sleep: async (_: unknown, { name }: { name: string }, { db }: Context) => {
      await db.execute(fragment`select pg_sleep(20), ${name}::text as name`);
      return sleeper;
    },
    sleepers: () => [sleeper, sleeper, sleeper],
    long: () => Array.from({ length: 500 }, () => sleeper),
  },
  Mutation: {
    note: async (_: unknown, { name }: { name: string }, { db }: Context) => {
      await db.transaction(async (tx) => {
        await tx.execute(fragment`insert into notes values (${name})`);
        await tx.execute(fragment`select pg_sleep(0.3)`);
      });
      return name;
    },
  },
  Sleeper: {
    __resolveReference: () => sleeper,
    after: () => ((begun.after += 1), "after"),
    self: () => ((begun.self += 1), sleeper),
    list: () => Array.from({ length: 100 }, () => sleeper),
  },
};

let database: KitDatabase;
/** Looks at the server while all of the pool is busy. */
let observer: Database;
let http: RunningHttp;
const log = pino({ level: "silent" });
const names = Object.keys(subgraphEnv).filter((name) => /^(MAX_|ASSUMED_|REQUEST_)/.test(name));
const settings = (given: Record<string, string>) =>
  z
    .object(subgraphEnv)
    .pick(Object.fromEntries(names.map((name) => [name, true])) as never)
    .parse(given) as z.infer<z.ZodObject<typeof subgraphEnv>>;

async function start(given: Record<string, string> = {}): Promise<RunningHttp> {
  const typeDefs = parse(sdl);
  const env = settings(given);
  const apollo = createApollo(resolveWhileWanted(buildSchema(typeDefs, resolvers)), typeDefs, env, log);
  await apollo.start();
  const verify = async () => ({ kind: "anonymous" }) as const;
  const deps = { db: database.db, sql: database.sql, log };
  const route = graphqlRoute(apollo, verify, deps, env, { count: 0 });
  const running = await listen({
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes: 1_000_000,
    onError: () => {},
    routes: { "* /graphql": route },
  });
  return { ...running, stop: () => running.stop().then(() => apollo.stop()) };
}

beforeAll(async () => {
  database = await kitDatabase({ tables: false });
  await database.sql`create table notes (name text)`;
  observer = openDatabase({ url: database.url, max: 1 });
  http = await start();
});
afterAll(async () => {
  await http.stop();
  await observer.close();
  await database.close();
});

async function ask(body: object, signal?: AbortSignal, url = http.url) {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  const answer = (await response.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, ...answer };
}

/** The number of sleeping statements with a name, as soon as `wanted` says yes; fails after a second. */
async function sleeping(wanted: (count: number) => boolean): Promise<number> {
  const until = Date.now() + 1_000;
  for (;;) {
    const rows =
      await observer.sql`select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep(20)%'`;
    if (wanted(rows.length) || Date.now() > until) return rows.length;
  }
}

test("when the caller of a query leaves, its statement is gone from the server within a second, and no resolver begins", async () => {
  begun.after = 0;
  const client = new AbortController();
  const query = `{ ${["a", "b", "c"].map((name) => `${name}: sleep(name: "${name}") { after }`).join(" ")} }`;
  const asked = ask({ query }, client.signal);
  expect(await sleeping((count) => count === 3)).toBe(3);
  client.abort();
  await expect(asked).rejects.toThrow("aborted");
  expect(await sleeping((count) => count === 0)).toBe(0);
  expect(begun.after).toBe(0);
  expect(await ask({ query: "{ sleepers { after } }" })).toMatchObject({ status: 200 });
});

test("more statements than connections: those that still wait for one are never run", async () => {
  const client = new AbortController();
  const query = `{ ${Array.from({ length: 25 }, (_each, index) => `s${index}: sleep(name: "q") { id }`).join(" ")} }`;
  const asked = ask({ query }, client.signal);
  expect(await sleeping((count) => count === 10)).toBe(10);
  client.abort();
  await expect(asked).rejects.toThrow("aborted");
  expect(await sleeping((count) => count === 0)).toBe(0);
  expect((await database.sql`select 1 as one`)[0]).toEqual({ one: 1 });
});

test("a mutation is finished when its caller leaves: its transaction commits", async () => {
  const client = new AbortController();
  const asked = ask({ query: `mutation { note(name: "kept") }` }, client.signal);
  await expect
    .poll(
      () => observer.sql`select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep(0.3)%'`,
    )
    .toHaveLength(1);
  client.abort();
  await expect(asked).rejects.toThrow("aborted");
  await expect.poll(() => database.sql`select name from notes`).toEqual([{ name: "kept" }]);
});

test("a query that takes longer than its deadline is ended, and so is its statement", async () => {
  const impatient = await start({ REQUEST_DEADLINE_MS: "300" });
  try {
    const answer = await ask({ query: `{ sleep(name: "d") { id } }` }, undefined, impatient.url);
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] });
    expect(await sleeping((count) => count === 0)).toBe(0);
  } finally {
    await impatient.stop();
  }
});

test("lists that are longer than they were estimated end at the most fields that are resolved for one request", async () => {
  const strict = await start({ MAX_RESOLVED_FIELDS: "1000" });
  begun.self = 0;
  try {
    const query = "{ long { self { self { self { id } } } } }";
    expect(await ask({ query }, undefined, strict.url)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "OPERATION_TOO_LARGE" } }],
    });
    expect(begun.self).toBeLessThanOrEqual(1_000);
  } finally {
    await strict.stop();
  }
});

test.each([
  ["nested lists", { query: "{ sleepers { list { list { list { id } } } } }" }, "by estimate"],
  [
    "lists of entities",
    {
      query: "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Sleeper { list { list { id } } } } }",
      variables: { r: Array.from({ length: 1_000 }, () => ({ __typename: "Sleeper", id: "1" })) },
    },
    "by estimate",
  ],
  [
    "very many entities",
    {
      query: "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
      variables: { r: Array.from({ length: 6_000 }, () => ({ __typename: "Sleeper", id: "1" })) },
    },
    "list of 6000 values",
  ],
  ["roots", { query: `{ ${Array.from({ length: 300 }, (_each, n) => `s${n}: sleepers { id }`).join(" ")} }` }, "root"],
])("%s are refused before any work, with their estimate and the most allowed", async (_name, body, part) => {
  begun.self = 0;
  const answer = await ask(body);
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: "OPERATION_TOO_LARGE" } }] });
  expect(answer.errors?.[0]?.message).toContain(part);
});

test("as many entities as the router asks for are answered", async () => {
  const query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Sleeper { id after } } }";
  const r = Array.from({ length: 1_000 }, () => ({ __typename: "Sleeper", id: "1" }));
  const { status, data } = await ask({ query, variables: { r } });
  expect([status, (data as { _entities: unknown[] })._entities.length]).toEqual([200, 1_000]);
});
