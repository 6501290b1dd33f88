import { expect, test } from "vitest";
import { isIdle, workFor } from "./changes.ts";

const names = ["menu", "users"] as const;
const everything = ["menu", "router", "users"];

test.each([
  ["a contract", "subgraphs/menu/schema.graphql", { compose: true, codegen: ["menu"], restart: ["menu"] }],
  ["a resolver", "subgraphs/menu/resolvers/query.ts", { compose: false, codegen: [], restart: ["menu"] }],
  ["a migration", "subgraphs/menu/db/migrations/0001_x.sql", { migrate: ["menu"], restart: ["menu"] }],
  ["the kit", "kit/database/db.ts", { compose: false, restart: everything }],
  ["the demo world", "demo/world/dishes.ts", { compose: false, restart: everything }],
  ["the event catalogue", "schema/events.ts", { compose: false, restart: everything }],
  ["the shared types", "schema/shared.graphql", { compose: true, codegen: ["menu", "users"], restart: everything }],
  ["the router", "router/http/server.ts", { restart: ["router"] }],
])("%s", (_title, path, wanted) => {
  expect(workFor([path], names)).toMatchObject(wanted);
});

test.each([
  "subgraphs/menu/generated/resolvers.ts",
  "subgraphs/menu/README.md",
  "subgraphs/menu/menu.pg.test.ts",
  "subgraphs/stranger/main.ts",
  "schema/supergraph.graphql",
  "schema/api.graphql",
  "schema/operations.json",
  "router/bench/main.ts",
  "router/.main.ts.swp",
])("%s runs nowhere", (path) => {
  expect(isIdle(workFor([path], names))).toBe(true);
});

test("many files are one piece of work, each service once", () => {
  const paths = ["subgraphs/users/main.ts", "subgraphs/menu/main.ts", "subgraphs/menu/env.ts", "router/env.ts"];
  expect(workFor(paths, names)).toEqual({ compose: false, codegen: [], migrate: [], restart: everything });
});
