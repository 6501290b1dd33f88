import { graphql } from "graphql";
import { gql } from "graphql-tag";
import { beforeEach, expect, test } from "vitest";
import type { Db } from "../database/db.ts";
import type { Caller } from "./identity.ts";
import { followSessions, refuseEndedSessions } from "./revoked-sessions.ts";
import { buildSchema } from "../server/subgraph.ts";

const typeDefs = gql`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@inaccessible", "@policy", "@key"])

  type Query {
    open: String
  }

  type Thing @key(fields: "id") {
    id: ID!
  }

  type Mutation {
    change: String
    signIn: String
    govern: String @policy(policies: [["role:admin"]])
    reserve: String @inaccessible
  }
`;

const ran: string[] = [];
const looked: string[] = [];
beforeEach(() => {
  ran.length = 0;
  looked.length = 0;
});

const run = (name: string) => () => (ran.push(name), name);
const resolvers = {
  Query: { open: run("open") },
  Mutation: { change: run("change"), signIn: run("signIn"), govern: run("govern"), reserve: run("reserve") },
};
const schema = refuseEndedSessions(
  buildSchema(typeDefs, resolvers, { "Mutation.reserve": ["orders"] }),
  (sessionId) => sessionId === "ses_known",
  async (_db, sessionId) => (looked.push(sessionId), sessionId === "ses_ended"),
);

const user = (sessionId: string): Caller => ({ kind: "user", userId: "usr", sessionId, roles: ["admin"], scopes: [] });
const ask = (source: string, caller: Caller) => graphql({ schema, source, contextValue: { caller, db: {} as Db } });

test("an ended session changes nothing, however many mutations it sends at once", async () => {
  const { data, errors } = await ask("mutation { a: change b: change govern }", user("ses_ended"));
  expect(data).toEqual({ a: null, b: null, govern: null });
  expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(Array(3).fill("UNAUTHENTICATED"));
  expect(ran).toEqual([]);
  expect(looked).toEqual(["ses_ended"]);
});

test("an ended session still signs in", async () => {
  expect(await ask("mutation { signIn }", user("ses_ended"))).toEqual({ data: { signIn: "signIn" } });
  expect(looked).toEqual([]);
});

test("another session of the same person goes on, with one look per operation", async () => {
  expect(await ask("mutation { a: change b: change govern }", user("ses_live"))).toEqual({
    data: { a: "change", b: "change", govern: "govern" },
  });
  expect(looked).toEqual(["ses_live"]);
  await ask("mutation { change }", user("ses_live"));
  expect(looked).toEqual(["ses_live", "ses_live"]);
});

test("queries of a session that is known to have ended are refused, entities too; a subgraph's own SDL is not", async () => {
  const { data, errors } = await ask("{ open again: open }", user("ses_known"));
  expect(data).toEqual({ open: null, again: null });
  expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(Array(2).fill("UNAUTHENTICATED"));
  const entities = await ask("{ _entities(representations: []) { __typename } }", user("ses_known"));
  expect(entities).toMatchObject({ data: null, errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  expect((await ask("{ _service { sdl } }", user("ses_known"))).errors).toBeUndefined();
  expect(ran).toEqual([]);
});

test("queries look at nothing but what is known; anonymous callers and services are not looked up", async () => {
  expect(await ask("{ open }", user("ses_ended"))).toEqual({ data: { open: "open" } });
  expect(await ask("{ open }", { kind: "anonymous" })).toEqual({ data: { open: "open" } });
  expect(await ask("mutation { change }", { kind: "anonymous" })).toEqual({ data: { change: "change" } });
  expect(await ask("mutation { reserve }", { kind: "service", service: "orders" })).toEqual({
    data: { reserve: "reserve" },
  });
  expect(looked).toEqual([]);
});

test("a look that fails refuses the mutation", async () => {
  const isKnown = () => false;
  const failing = refuseEndedSessions(buildSchema(typeDefs, resolvers), isKnown, () =>
    Promise.reject(new Error("away")),
  );
  const contextValue = { caller: user("ses_live"), db: {} as Db };
  const { errors } = await graphql({ schema: failing, source: "mutation { change }", contextValue });
  expect(errors).toHaveLength(1);
  expect(ran).toEqual([]);
});

test("the topic of sessions joins those of the subgraph", () => {
  expect(followSessions().topics).toEqual(["session"]);
  expect(followSessions({ topics: ["order"], handlers: {} }).topics).toEqual(["order", "session"]);
  const own = async () => {};
  const followed = followSessions({ topics: ["session", "order"], handlers: { "order.placed.v1": own } });
  expect(followed.topics).toEqual(["session", "order"]);
  expect(followed.handlers["order.placed.v1"]).toBe(own);
});
