import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { variantApis } from "../compose.ts";
import { clientNames } from "../operations/manifest.ts";
import type { RegisteredOperation } from "../operations/registry.ts";
import { clientVariants, retiredVariants, variantNames, variantOf } from "../variants.ts";
import { BaselineError, findBaselines } from "./baseline.ts";
import { checkGraph } from "./graph.ts";
import { jsonReport, markdownReport, textReport } from "./report.ts";

// Building supergraphs and starting git take their time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = join(import.meta.dirname, "../..");
const today = "2026-11-25";

const operation = (client: string, text: string): RegisteredOperation => ({
  name: /query (\w+)/.exec(text)?.[1] ?? "",
  hash: text.length.toString(16).padStart(64, "a"),
  clients: { [client]: ["1.0.0"] },
  text,
  document: parse(text),
});

type Sdl = Record<string, string>;
const baselines = (schemas: Sdl, isPart = false) => ({
  name: "before",
  schemas: Object.fromEntries(Object.entries(schemas).map(([name, sdl]) => [name, buildSchema(sdl)])),
  isPart,
});
const compare = (before: Sdl, after: Sdl, ...operations: RegisteredOperation[]) =>
  checkGraph(baselines(before), after, operations, today);

const whole = "type Query { a: Int b: Int c: Int }";
const three = { public: whole, partner: "type Query { a: Int b: Int }", internal: whole };

describe("every variant is compared", () => {
  test("what one contract alone loses is a removal there, and may not land without a deprecation", async () => {
    const result = await compare(three, { ...three, partner: "type Query { a: Int }" });
    expect(result.ok).toBe(false);
    expect(result.changes).toMatchObject([
      { kind: "FIELD_REMOVED", path: "Query.b", verdict: "breaking", variants: ["partner"] },
    ]);
    expect(textReport(result)).toMatch(/1 breaking.*in public, partner, internal/);
    expect(textReport(result)).toContain("(partner)");
    expect(markdownReport(result)).toContain("(partner)");
    expect(jsonReport(result)).toContain('"variants":["partner"]');
  });

  test("what changes alike in several is one finding", async () => {
    const gone = "type Query { a: Int b: Int }";
    const result = await compare(three, { public: gone, partner: gone, internal: gone });
    expect(result.changes.map(({ path, variants }) => [path, variants])).toEqual([["Query.c", ["public", "internal"]]]);
    expect(textReport(result)).toContain("(public, internal)");
  });

  test("an operation is judged by what its client is served, and by nothing else", async () => {
    const uses = "query Uses { b }";
    const after = { ...three, public: "type Query { a: Int c: Int }", partner: "type Query { a: Int }" };
    const hit = async (client: string) => {
      const { changes, invalidOperations } = await compare(three, after, operation(client, uses));
      const findings = changes.flatMap((change) => change.operations.map(({ name }) => [name, change.variants]));
      return [findings, invalidOperations.map(({ variant }) => variant)];
    };
    expect(await hit("customer")).toEqual([[["Uses", ["public", "partner"]]], ["public"]]);
    expect(await hit("admin")).toEqual([[], []]);
    expect(await hit("somebody")).toEqual([[["Uses", ["public", "partner"]]], ["public"]]);
  });

  test("of an operation of several clients those alone are named that are hit", async () => {
    const both = { ...operation("customer", "query Uses { b }"), clients: { customer: ["1.0.0"], admin: ["2.0.0"] } };
    const { changes } = await compare(three, { ...three, public: "type Query { a: Int c: Int }" }, both);
    expect(changes[0]?.operations.map(({ clients }) => clients)).toEqual([{ customer: ["1.0.0"] }]);
    const gone = "type Query { a: Int c: Int }";
    const everywhere = await compare(three, { public: gone, partner: gone, internal: gone }, both);
    expect(everywhere.changes[0]?.operations.map(({ clients }) => clients)).toEqual([
      { customer: ["1.0.0"], admin: ["2.0.0"] },
    ]);
  });

  test("the gravest verdict of all variants counts, with those who are broken", async () => {
    const [had, has] = ["type Query { f(a: Int! = 1): Int }", "type Query { f(a: Int!): Int }"];
    const before = { public: had, internal: had };
    const result = await compare(before, { public: has, internal: has }, operation("customer", "query Omits { f }"));
    expect(result.changes).toMatchObject([{ verdict: "breaking", variants: ["public", "internal"] }]);
    expect(result.changes[0]?.operations.map(({ name }) => name)).toEqual(["Omits"]);
    expect(result.changes[0]?.problem).toBe("breaks operation Omits");
  });
});

describe("variants that come and go", () => {
  test("a new one is reported, and its clients' operations must fit it", async () => {
    const { public: own, ...before } = three;
    const good = await compare(before, { ...before, public: own }, operation("customer", "query Good { a }"));
    expect(good.ok).toBe(true);
    expect(good.changes).toMatchObject([{ kind: "VARIANT_ADDED", path: "public", verdict: "safe" }]);
    const bad = await compare(before, { ...before, public: own }, operation("customer", "query Bad { z }"));
    expect(bad.ok).toBe(false);
    expect(textReport(bad)).toContain("Bad (customer 1.0.0) is no longer valid in public");
  });

  test("one that is gone may not land, unless it was retired and its day has come", async () => {
    const { partner: _gone, ...after } = three;
    const result = await compare(three, after);
    expect(result.ok).toBe(false);
    expect(result.changes).toMatchObject([{ kind: "VARIANT_REMOVED", path: "partner", verdict: "breaking" }]);
    expect(result.changes[0]?.problem).toContain("never retired");
    const retired = retiredVariants as Record<string, string>;
    try {
      retired["partner"] = "2026-11-26";
      expect((await compare(three, after)).changes[0]?.problem).toContain("promised until 2026-11-26");
      retired["partner"] = today;
      expect((await compare(three, after)).ok).toBe(true);
    } finally {
      delete retired["partner"];
    }
  });

  test("each client with operations is served a variant by name, and each variant that is named exists", () => {
    for (const client of clientNames(root)) expect(Object.keys(clientVariants)).toContain(client);
    for (const variant of Object.values(clientVariants)) expect(variantNames).toContain(variant);
    expect(variantOf("toString")).toBe("public");
  });
});

describe("the committed graph", () => {
  const supergraph = readFileSync(join(root, "schema/supergraph.graphql"), "utf8");
  const apis = variantApis(supergraph);

  test("a field that partners lose with its tag is named", async () => {
    const changed = supergraph.replace(/(type AppliedPromotion\n(?: {2}@.*\n)*?) {2}@tag\(name: "partner"\)\n/, "$1");
    expect(changed).not.toBe(supergraph);
    const result = await checkGraph(
      { name: "before", schemas: baselines(apis).schemas, isPart: false },
      variantApis(changed),
      [],
      today,
    );
    expect(result.ok).toBe(false);
    expect(new Set(result.changes.flatMap(({ variants }) => variants))).toEqual(new Set(["partner"]));
  });
});

describe("what is compared with", () => {
  let folder: string;
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=T", "-c", "user.email=t@antar.test", "-c", "commit.gpgsign=false"];
    const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  const write = (file: string, text: string) => writeFileSync(join(folder, "schema", file), text);
  const commit = (title: string) => {
    git("add", ".");
    git("commit", "-qm", title);
    git("tag", title);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "antar-baselines-"));
    mkdirSync(join(folder, "schema"));
    git("init", "-q", "-b", "main");
    write("api.graphql", "type Query { a: Int }");
    commit("one-graph");
    for (const [name, sdl] of Object.entries(three)) write(`api.${name}.graphql`, sdl);
    commit("contracts");
    write("api.graphql", "type Query { b: Int }");
    commit("later");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a revision: all variants that it had", () => {
    const { schemas, isPart, name } = findBaselines(folder, "contracts");
    expect([Object.keys(schemas).sort(), isPart]).toEqual([["internal", "partner", "public"], false]);
    expect(name).toMatch(/^contracts \([0-9a-f]{10}\)$/);
  });

  test("a revision from before there were contracts: the whole graph, and no other variant", async () => {
    const old = findBaselines(folder, "one-graph");
    expect([Object.keys(old.schemas), old.isPart]).toEqual([["internal"], true]);
    const result = await checkGraph(old, three, [operation("customer", "query Uses { a }")], today);
    expect([result.ok, result.variants]).toEqual([true, ["internal"]]);
    const lost = await checkGraph(
      old,
      { internal: "type Query { z: Int }" },
      [operation("customer", "query Uses { a }")],
      today,
    );
    expect(lost.changes[0]?.operations.map(({ name }) => name)).toEqual(["Uses"]);
  });

  test("a file: the variant that it is named for, the whole graph, or all variants of a supergraph", () => {
    const kept = (file: string) => [
      Object.keys(findBaselines(folder, file).schemas),
      findBaselines(folder, file).isPart,
    ];
    expect(kept("schema/api.partner.graphql")).toEqual([["partner"], true]);
    expect(kept("schema/api.graphql")).toEqual([["internal"], true]);
    const { schemas, isPart } = findBaselines(root, "schema/supergraph.graphql");
    expect([Object.keys(schemas).sort(), isPart]).toEqual([["internal", "partner", "public"], false]);
  });

  test("without a name: on main the parent, and never the present commit itself", () => {
    expect(findBaselines(folder, undefined).name).toMatch(/^HEAD\^ |^contracts /);
    expect(() => findBaselines(folder, "later")).toThrow(BaselineError);
    expect(() => findBaselines(folder, "nowhere")).toThrow(/neither a file nor a git revision/);
    write("broken.graphql", "type Query {");
    write("broken-supergraph.graphql", "enum join__Graph { A }");
    expect(() => findBaselines(folder, "schema/broken.graphql")).toThrow(/holds no schema/);
    expect(() => findBaselines(folder, "schema/broken-supergraph.graphql")).toThrow(/holds no schema/);
    expect(findBaselines(folder, "later").name).toContain("later");
  });
});
