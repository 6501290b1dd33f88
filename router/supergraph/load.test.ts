import { Supergraph } from "@apollo/federation-internals";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, print } from "graphql";
import { beforeAll, expect, test } from "vitest";
import { loadSupergraph, withoutSecurityDirectives } from "./load.ts";

const file = join(import.meta.dirname, "../../schema/supergraph.graphql");
const traces =
  /@authenticated|@requiresScopes|@policy|policy__Policy|requiresScopes__Scope|\/(authenticated|requiresScopes|policy)\/v/;
let loaded: string;

beforeAll(async () => void (loaded = await loadSupergraph(file)));

test("the committed graph has security directives, the loaded one has none", () => {
  expect(readFileSync(file, "utf8")).toMatch(traces);
  expect(loaded).not.toMatch(traces);
});

test("stock gateway's reader, without the router's features, takes the loaded graph and refuses the committed one", () => {
  expect(() => Supergraph.build(readFileSync(file, "utf8"))).toThrow(/SECURITY/);
  const { schema } = Supergraph.build(loaded);
  expect(schema.schemaDefinition.rootType("mutation")?.field("signIn")).toBeDefined();
});

test("what is hidden stays hidden", () => {
  const fields = Supergraph.build(loaded).apiSchema().schemaDefinition.rootType("query");
  expect(fields?.field("me")).toBeDefined();
  expect(fields?.field("priceItems")).toBeUndefined();
  expect(loaded).toContain("https://specs.apollo.dev/inaccessible/v0.2");
});

test("only security goes: links, definitions, scalars, uses on types and fields", () => {
  const before = `
    schema @link(url: "https://specs.apollo.dev/join/v0.5") @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)
      @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
    directive @policy(policies: [[policy__Policy!]!]!) on OBJECT
    directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on OBJECT
    scalar policy__Policy
    scalar requiresScopes__Scope
    scalar policy
    type Query @policy(policies: [["role:a"]]) { a: Int @authenticated @cost(weight: 1) b: Int @requiresScopes(scopes: [["s"]]) }
  `;
  const after = `
    schema @link(url: "https://specs.apollo.dev/join/v0.5") { query: Query }
    scalar policy
    type Query { a: Int @cost(weight: 1) b: Int }
  `;
  expect(print(withoutSecurityDirectives(parse(before)))).toBe(print(parse(after)));
});

test("a missing file and a file that is no GraphQL are refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "antar-supergraph-"));
  writeFileSync(join(folder, "bad.graphql"), "type {");
  await expect(loadSupergraph(join(folder, "bad.graphql"))).rejects.toThrow(/Syntax Error/);
  await expect(loadSupergraph(join(folder, "none.graphql"))).rejects.toMatchObject({ code: "ENOENT" });
  rmSync(folder, { recursive: true });
});
