import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { compose } from "./compose.ts";
import { CompositionError } from "./sources.ts";
import { subgraphNames } from "./subgraphs.ts";

// Some tests start a process that loads composition.
vi.setConfig({ testTimeout: 90_000 });

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@authenticated", "@tag"])\n`;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "antar-compose-"));
  write("schema/shared.graphql", '"Money."\ntype Money @shareable @tag(name: "partner") {\n  amount: Int!\n}\n');
  for (const name of subgraphNames) sdl(name, `type Query {\n  ${name}: Money\n}\n`);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The link stands on line 1, so `text` begins on line 2. */
const sdl = (name: string, text: string) => write(`subgraphs/${name}/schema.graphql`, `${link}${text}`);
const more = (name: string, text: string) => sdl(name, `type Query {\n  ${name}: Money\n}\n${text}`);

function problems(): readonly string[] {
  try {
    compose(root);
  } catch (error) {
    if (error instanceof CompositionError) return error.problems;
    throw error;
  }
  return [];
}

const [menu, orders] = ["subgraphs/menu/schema.graphql", "subgraphs/orders/schema.graphql"];

test("the same contracts give the same text, in whatever order their folders were made", () => {
  const first = compose(root);
  rmSync(join(root, "subgraphs"), { recursive: true });
  for (const name of subgraphNames.toReversed()) sdl(name, `type Query {\n  ${name}: Money\n}\n`);
  expect(compose(root)).toEqual(first);
  expect(first.api).toContain("users: Money");
});

test.each([
  [
    "INCONSISTENT_DESCRIPTION",
    '"One."\ntype Spot @shareable {\n  x: Int\n}',
    '"Two."\ntype Spot @shareable {\n  x: Int\n}',
    5,
    5,
  ],
  [
    "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
    "type Spot @shareable {\n  x: Int!\n}",
    "\ntype Spot @shareable {\n  x: Int\n}",
    6,
    7,
  ],
  [
    "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
    "type Spot @shareable {\n  x: Int\n  y: Int\n}",
    "type Spot @shareable {\n  x: Int\n}",
    7,
    5,
  ],
  ["INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM", "enum Size {\n  S\n  L\n}", "enum Size {\n  S\n}", 7, 5],
  ["INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM", "enum Size {\n  S\n  L\n}", "enum Size {\n  S\n}", 7, 5],
  ["INCONSISTENT_INPUT_OBJECT_FIELD", "input Box {\n  a: Int\n  b: Int\n}", "input Box {\n  a: Int\n}", 7, 5],
])("%s names file and line of both sides", (code, left, right, leftLine, rightLine) => {
  const isInput = code.includes("INPUT");
  const type = /(?:enum|input|type) (\w+)/.exec(left)?.[1];
  const field = (name: string) => (isInput ? `  ${name}(box: ${type}): Money` : `  ${name}: ${type}`);
  sdl("menu", `type Query {\n${field("menu")}\n}\n${left}`);
  // The field that only menu has could not be resolved from orders' root: only the hint is wanted here.
  const root = code === "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD" ? "  orders: Money" : field("orders");
  sdl("orders", `type Query {\n${root}\n}\n${right}`);
  const found = problems().filter((problem) => problem.includes(code));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${menu}:${leftLine}:`);
  expect(found[0]).toContain(`${orders}:${rightLine}:`);
  expect(found[0]).not.toContain("\n");
});

test("an argument that one side lacks names both fields", () => {
  more("menu", "type Spot @shareable {\n  x(unit: Int): Int\n}");
  more("orders", "type Spot @shareable {\n  x: Int\n}");
  const [problem] = problems();
  expect(problem).toContain(`${menu}:6:5`);
  expect(problem).toContain(`${orders}:6:3`);
  expect(problem).toContain("INCONSISTENT_ARGUMENT_PRESENCE");
});

test("an error of composition names the place of both sides", () => {
  more("menu", "type Spot {\n  x: Int\n}");
  more("orders", "type Spot {\n  x: Int\n}");
  expect(problems()).toEqual([
    expect.stringMatching(
      /^subgraphs\/menu\/schema\.graphql:6:3 and subgraphs\/orders\/schema\.graphql:6:3 INVALID_FIELD_SHARING: .*Spot\.x/,
    ),
  ]);
});

test("an unknown type names its place", () => {
  more("menu", "type Spot {\n  x: Nowhere\n}");
  expect(problems()[0]).toMatch(/^subgraphs\/menu\/schema\.graphql:6:.*Nowhere/);
});

test.each([
  ['import: [{ name: "@authenticated", as: "@signedIn" }]', "RENAMED_DIRECTIVE: an imported directive"],
  ['import: ["@key"], as: "fed"', "RENAMED_DIRECTIVE: a linked specification"],
])("renaming by @link(%s) is refused", (clause, message) => {
  write(
    "subgraphs/menu/schema.graphql",
    `extend schema\n  @link(url: "https://specs.apollo.dev/federation/v2.12", ${clause})\ntype Query {\n  menu: Money\n}\n`,
  );
  const found = problems();
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${menu}:2:`);
  expect(found[0]).toContain(message);
});

test("a directive by its namespace is refused: the subgraph would not enforce it", () => {
  more("menu", "type Spot @federation__authenticated {\n  x: Int\n}");
  expect(problems()).toEqual([`${menu}:5:11 RENAMED_DIRECTIVE: write @authenticated, imported by its own name`]);
});

test("an import by object without another name passes", () => {
  write(
    "subgraphs/menu/schema.graphql",
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [{ name: "@key" }])\ntype Query {\n  menu: Int\n}\n`,
  );
  expect(problems().filter((problem) => problem.includes("RENAMED"))).toEqual([]);
});

/** Runs the command itself over a copy of its files. */
function run(...arguments_: string[]) {
  for (const file of ["compose", "contract-filter", "drift", "federation-names", "sources", "subgraphs", "variants"])
    cpSync(join(import.meta.dirname, `${file}.ts`), join(root, "schema", `${file}.ts`));
  cpSync(join(import.meta.dirname, "../kit/server/command.ts"), join(root, "kit/server/command.ts"));
  write("package.json", '{ "type": "module" }');
  if (!existsSync(join(root, "node_modules")))
    symlinkSync(join(import.meta.dirname, "../node_modules"), join(root, "node_modules"));
  return spawnSync(process.execPath, ["schema/compose.ts", ...arguments_], { cwd: root, encoding: "utf8" });
}

const text = (file: string) => readFileSync(join(root, "schema", file), "utf8");

test("the command writes the graph and its contracts, and --check refuses what has moved since", () => {
  sdl("users", 'type Query {\n  users: Money @tag(name: "partner")\n  staff: Int @tag(name: "internal")\n}\n');
  expect(run().status).toBe(0);
  expect(text("api.graphql")).toContain("menu: Money");
  expect(text("api.internal.graphql")).toBe(text("api.graphql"));
  expect(text("api.public.graphql")).toMatch(/menu: Money(?![^]*staff)/);
  expect(text("api.partner.graphql")).toMatch(/type Query \{\n  users: Money\n\}/);
  expect(run("--check").status).toBe(0);
  more("menu", "type Spot {\n  x: Int\n}");
  const before = text("supergraph.graphql");
  const stale = run("--check");
  expect(stale.stdout).toContain("schema/supergraph.graphql is stale");
  expect(stale.status).toBe(1);
  expect(text("supergraph.graphql")).toBe(before);
});

test.each([
  ["broken SDL", () => more("menu", "type Spot {\n  x: !\n}"), `${menu}:6:6 Syntax Error`],
  ["broken shared SDL", () => write("schema/shared.graphql", "type Money {\n  x: !\n}"), "schema/shared.graphql:2:6 "],
  ["a missing contract", () => rmSync(join(root, menu)), `${menu}: not found`],
  [
    "an unlisted contract",
    () => sdl("loyalty", "type Query { a: Int }"),
    "subgraphs/loyalty/schema.graphql: not listed",
  ],
  [
    "drift",
    () => {
      more("menu", '"A."\nenum E {\n  S\n}');
      more("orders", '"B."\nenum E {\n  S\n}');
    },
    "INCONSISTENT_",
  ],
])("%s: one line with its place, exit 1, files untouched", (_case, plant, message) => {
  write("schema/supergraph.graphql", "old");
  write("schema/api.graphql", "old");
  plant();
  const { status, stderr, stdout } = run();
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(status).toBe(1);
  expect([text("supergraph.graphql"), text("api.graphql")]).toEqual(["old", "old"]);
});
