import { graphql, type GraphQLSchema } from "graphql";
import { gql } from "graphql-tag";
import { expect, test } from "vitest";
import type { Caller } from "./identity.ts";
import { buildSchema } from "./subgraph.ts";

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
