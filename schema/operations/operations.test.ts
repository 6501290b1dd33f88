import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clientManifest } from "./manifest.ts";
import { mergeManifests } from "./merge.ts";
import { readRegistry, registeredOperations, RegistryError, type Registry } from "./registry.ts";

const root = join(import.meta.dirname, "../..");
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const manifest = (...documents: string[]) => Object.fromEntries(documents.map((text) => [sha(text), text]));
const clientsOf = (registry: Registry, document: string) => registry.operations[sha(document)]?.clients;

describe("the committed registry", () => {
  const registry = readRegistry(join(root, "schema/operations.json"));

  test("has operations of every role, each under the hash of its text", () => {
    const clients = new Set(Object.values(registry.operations).flatMap((one) => Object.keys(one.clients)));
    expect([...clients].sort()).toEqual(["admin", "courier", "customer", "restaurant"]);
    for (const [hash, { document }] of Object.entries(registry.operations)) expect(sha(document)).toBe(hash);
  });
});

describe("merging", () => {
  const [a, b] = ["query A { me { id } }", "query B { me { id } }"];
  const none: Registry = { operations: {} };

  test("an operation that a new version no longer asks stays registered for the old one", () => {
    const first = mergeManifests(none, { customer: manifest(a, b) }, "1.0.0");
    const second = mergeManifests(first, { customer: manifest(b) }, "1.1.0");
    expect(clientsOf(second, a)).toEqual({ customer: ["1.0.0"] });
    expect(clientsOf(second, b)).toEqual({ customer: ["1.0.0", "1.1.0"] });
  });

  test("an operation dropped within one version goes", () => {
    const first = mergeManifests(none, { customer: manifest(a, b) }, "1.0.0");
    expect(clientsOf(mergeManifests(first, { customer: manifest(b) }, "1.0.0"), a)).toBeUndefined();
  });

  test("the eleventh version back is forgotten, by number and not by letter", () => {
    let registry = mergeManifests(none, { customer: manifest(a) }, "1.0.0");
    for (let minor = 1; minor <= 9; minor += 1)
      registry = mergeManifests(registry, { customer: manifest(b) }, `1.${minor}.0`);
    expect(clientsOf(registry, a)).toEqual({ customer: ["1.0.0"] });
    registry = mergeManifests(registry, { customer: manifest(b) }, "1.10.0");
    expect(clientsOf(registry, a)).toBeUndefined();
  });

  test("clients are told apart, and doing it twice changes nothing", () => {
    const once = mergeManifests(none, { customer: manifest(a), admin: manifest(a, b) }, "1.0.0");
    expect(clientsOf(once, a)).toEqual({ admin: ["1.0.0"], customer: ["1.0.0"] });
    const again = mergeManifests(once, { customer: manifest(a), admin: manifest(a, b) }, "1.0.0");
    expect(JSON.stringify(again)).toBe(JSON.stringify(once));
  });
});

describe("bad input", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "antar-operations-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["no JSON", "{", /is no registry of operations.*schema:operations/],
    ["another shape", '{"operations":{"x":{}}}', /is no registry of operations/],
  ])("a corrupt registry: %s", (_title, text, message) => {
    const file = join(folder, "operations.json");
    writeFileSync(file, text);
    expect(() => readRegistry(file)).toThrow(message);
  });

  test("a registered document that is no GraphQL is named", () => {
    const file = join(folder, "operations.json");
    const broken = "query Broken {";
    const entry = { name: "Broken", document: broken, clients: { admin: ["1"] } };
    writeFileSync(file, JSON.stringify({ operations: { [sha(broken)]: entry } }));
    expect(() => registeredOperations(file)).toThrow(/operation Broken .* is no GraphQL/);
  });

  test("an operation that defers is registered as it stands", async () => {
    const features = join(folder, "clients/admin/src/features/people");
    mkdirSync(features, { recursive: true });
    const document = 'query Me { me { id ... @defer(label: "roles") { memberships { role } } } }';
    writeFileSync(join(features, "me.graphql"), document);
    const api = readFileSync(join(root, "schema/api.graphql"), "utf8");
    expect(Object.values(await clientManifest(folder, "admin", api))).toEqual([document]);
  });

  test("an operation that does not fit the schema is named with file, line and column", async () => {
    const features = join(folder, "clients/admin/src/features/people");
    mkdirSync(features, { recursive: true });
    cpSync(join(root, "schema/api.graphql"), join(folder, "api.graphql"));
    writeFileSync(join(features, "wrong.graphql"), "query Wrong {\n  me {\n    shoeSize\n  }\n}\n");
    const api = readFileSync(join(folder, "api.graphql"), "utf8");
    const failure = clientManifest(folder, "admin", api);
    await expect(failure).rejects.toBeInstanceOf(RegistryError);
    await expect(failure).rejects.toThrow(/people\/wrong\.graphql:3:5 Cannot query field "shoeSize"/);
  });
});
