import { buildASTSchema, graphql, type GraphQLSchema } from "graphql";
import { gql } from "graphql-tag";
import { expect, test } from "vitest";
import { enforceAuthorization } from "./authorize.ts";
import type { Caller } from "./identity.ts";
import { buildSchema } from "../server/subgraph.ts";

const typeDefs = gql`
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.12"
      import: ["@key", "@inaccessible", "@authenticated", "@requiresScopes", "@policy"]
    )

  type Query {
    open: String
    mine: String @authenticated
    governed: String @policy(policies: [["role:admin"], ["role:auditor", "role:staff"]])
    odd: String @policy(policies: [["admin"]])
    team: String @policy(policies: [["team:admin"]])
    sealed: Seal
    rank: Rank
    chest: Chest
    safe: Safe
    scoped: String @requiresScopes(scopes: [["read", "write"], ["all"]])
    both: String @authenticated @policy(policies: [["role:admin"]])
    price: String @inaccessible
    unlisted: String @inaccessible
    vault: Vault
    thing: Thing
  }

  type Mutation {
    change: String
  }

  type Vault @authenticated {
    gold: String
  }

  extend type Vault {
    silver: String
  }

  scalar Seal @authenticated

  enum Rank @policy(policies: [["role:admin"]]) {
    HIGH
  }

  type Chest {
    gold: String
  }

  extend type Chest @authenticated

  extend type Safe @authenticated {
    gold: String
  }

  type Thing @key(fields: "id") {
    id: ID!
    note: String
    secret: String @policy(policies: [["role:admin"]])
    cost: String @inaccessible
  }
`;

const thing = { id: "1", note: "n", secret: "s", cost: "c" };
const schema: GraphQLSchema = buildSchema(
  typeDefs,
  {
    Query: {
      open: () => "open",
      mine: () => "mine",
      governed: () => "governed",
      odd: () => "odd",
      team: () => "team",
      sealed: () => "sealed",
      rank: () => "HIGH",
      chest: () => ({ gold: "gold" }),
      safe: () => ({ gold: "gold" }),
      scoped: () => "scoped",
      both: () => "both",
      price: () => "price",
      unlisted: () => "unlisted",
      vault: () => ({ gold: "gold", silver: "silver" }),
      thing: () => thing,
    },
    Mutation: { change: () => "changed" },
    Thing: { __resolveReference: () => thing },
  },
  { "Query.price": ["orders"], "Thing.cost": ["orders"] },
);

const anonymous: Caller = { kind: "anonymous" };
const user: Caller = { kind: "user", userId: "u", sessionId: "s", roles: [], scopes: [] };
const withRoles = (...roles: string[]): Caller => ({ ...user, roles });
const withScopes = (...scopes: string[]): Caller => ({ ...user, scopes });
const orders: Caller = { kind: "service", service: "orders" };
const payments: Caller = { kind: "service", service: "payments" };
const entities = `{ _entities(representations: [{ __typename: "Thing", id: "1" }]) { ... on Thing { note } } }`;

/** "ok", or the code of the only error. */
async function ask(caller: Caller, source: string): Promise<unknown> {
  const { errors } = await graphql({ schema, source, contextValue: { caller } });
  if (!errors) return "ok";
  expect(errors.length).toBe(1);
  return errors[0]?.extensions["code"];
}

const denied = "FORBIDDEN";
const unknown = "UNAUTHENTICATED";

test.each<[string, Caller, string, string]>([
  ["an open field", anonymous, "{ open }", "ok"],
  ["@authenticated, anonymous", anonymous, "{ mine }", unknown],
  ["@authenticated, alias", anonymous, "{ open: mine }", unknown],
  ["@authenticated, user", user, "{ mine }", "ok"],
  ["a type @authenticated, anonymous", anonymous, "{ vault { gold } }", unknown],
  ["its extension, anonymous", anonymous, "{ vault { silver } }", unknown],
  ["a type @authenticated, user", user, "{ vault { gold silver } }", "ok"],
  ["@policy, anonymous", anonymous, "{ governed }", unknown],
  ["@policy, no role", user, "{ governed }", denied],
  ["@policy, one alternative", withRoles("admin"), "{ governed }", "ok"],
  ["@policy, half of the other", withRoles("auditor"), "{ governed }", denied],
  ["@policy, the whole other", withRoles("staff", "auditor"), "{ governed }", "ok"],
  ["a policy that is no role", withRoles("admin"), "{ odd }", denied],
  ["a policy whose prefix is as long as `role:`", withRoles("admin"), "{ team }", denied],
  ["a scalar @authenticated, anonymous", anonymous, "{ sealed }", unknown],
  ["a scalar @authenticated, user", user, "{ sealed }", "ok"],
  ["an enum @policy, user", user, "{ rank }", denied],
  ["an enum @policy, met", withRoles("admin"), "{ rank }", "ok"],
  ["`extend type … @authenticated` without fields, anonymous", anonymous, "{ chest { gold } }", unknown],
  ["`extend type … @authenticated` without fields, user", user, "{ chest { gold } }", "ok"],
  ["a type that is only extended, anonymous", anonymous, "{ safe { gold } }", unknown],
  ["a type that is only extended, user", user, "{ safe { gold } }", "ok"],
  ["a role is no scope", withRoles("all"), "{ scoped }", denied],
  ["a scope is no role", withScopes("admin", "role:admin"), "{ governed }", denied],
  ["@requiresScopes, anonymous", anonymous, "{ scoped }", unknown],
  ["@requiresScopes, half", withScopes("read"), "{ scoped }", denied],
  ["@requiresScopes, all of one", withScopes("write", "read"), "{ scoped }", "ok"],
  ["@requiresScopes, the other", withScopes("all"), "{ scoped }", "ok"],
  ["two directives, one met", user, "{ both }", denied],
  ["two directives, both met", withRoles("admin"), "{ both }", "ok"],
  ["@policy on an entity's field", user, "{ thing { secret } }", denied],
  ["@policy on an entity's field, met", withRoles("admin"), "{ thing { secret } }", "ok"],
])("%s", async (_case, caller, source, outcome) => {
  expect(await ask(caller, source)).toBe(outcome);
});

test.each<[string, Caller, string, string]>([
  ["a listed service", orders, "{ price }", "ok"],
  ["another service", payments, "{ price }", denied],
  ["the router's user", user, "{ price }", denied],
  ["the router's admin", withRoles("admin", "orders"), "{ price }", denied],
  ["the router's anonymous", anonymous, "{ price }", unknown],
  ["a field that lists nobody", orders, "{ unlisted }", denied],
  ["a hidden field of an entity", user, "{ thing { cost } }", denied],
])("@inaccessible: %s", async (_case, caller, source, outcome) => {
  expect(await ask(caller, source)).toBe(outcome);
});

test.each([
  "{ open }",
  "{ mine }",
  "{ governed }",
  "{ scoped }",
  "{ vault { gold } }",
  "{ thing { note } }",
  "mutation { change }",
  entities,
])("a service may not ask %s", async (source) => expect(await ask(orders, source)).toBe(denied));

test("`_entities` answers the router, for users and anonymous people", async () => {
  expect(await ask(user, entities)).toBe("ok");
  expect(await ask(anonymous, entities)).toBe("ok");
});

test("`_entities` opens no field that is closed elsewhere", async () => {
  expect(await ask(user, entities.replace("note", "secret"))).toBe(denied);
  expect(await ask(anonymous, entities.replace("note", "cost"))).toBe(unknown);
});

test("a refused field carries nothing of its value", async () => {
  const { data } = await graphql({ schema, source: "{ open mine }", contextValue: { caller: anonymous } });
  expect(data).toEqual({ open: "open", mine: null });
});

test.each(["interface Text @authenticated { body: String }", "interface Text { body: String @authenticated }"])(
  "federation itself refuses directives on interfaces: %s",
  (text) => {
    const note = "type Note implements Text { body: String } type Query { note: Note }";
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated"]) ${text} ${note}`;
    expect(() => buildSchema(gql(sdl), {})).toThrow();
  },
);

const withInterfaces = enforceAuthorization(
  buildASTSchema(gql`
    directive @authenticated on OBJECT | INTERFACE | FIELD_DEFINITION
    directive @policy(policies: [[String!]!]!) on INTERFACE | FIELD_DEFINITION

    type Query {
      note: Note
      letter: Letter
    }

    interface Text @authenticated {
      body: String
    }

    interface Signed {
      body: String
      author: String @policy(policies: [["role:admin"]])
    }

    type Note implements Text {
      body: String
      margin: String
    }

    type Letter implements Signed {
      body: String
      author: String
    }
  `),
);

test.each<[string, Caller, string, string]>([
  ["an interface @authenticated, anonymous", anonymous, "{ note { body } }", unknown],
  ["a further field of what implements it, anonymous", anonymous, "{ note { margin } }", unknown],
  ["an interface @authenticated, user", user, "{ note { body margin } }", "ok"],
  ["an interface's field @policy, user", user, "{ letter { author } }", denied],
  ["an interface's field @policy, met", withRoles("admin"), "{ letter { author } }", "ok"],
  ["another field of that interface", anonymous, "{ letter { body } }", "ok"],
])("were a schema to have one: %s", async (_case, caller, source, outcome) => {
  const rootValue = { note: { body: "b", margin: "m" }, letter: { body: "b", author: "a" } };
  const { errors } = await graphql({ schema: withInterfaces, source, rootValue, contextValue: { caller } });
  expect(errors?.[0]?.extensions["code"] ?? "ok").toBe(outcome);
});

test("a directive that was not imported is enforced under its namespace", async () => {
  const spaced = buildSchema(
    gql`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])
      type Query {
        mine: String @federation__authenticated
      }
    `,
    { Query: { mine: () => "mine" } },
  );
  const codeFor = async (caller: Caller) =>
    (await graphql({ schema: spaced, source: "{ mine }", contextValue: { caller } })).errors?.[0]?.extensions["code"];
  expect(await codeFor(anonymous)).toBe(unknown);
  expect(await codeFor(user)).toBeUndefined();
});
