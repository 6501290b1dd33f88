import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lintSchema } from "./lint.ts";
import { subgraphNames } from "./subgraphs.ts";

// One test starts a process, and the first loads the linter.
vi.setConfig({ testTimeout: 30_000 });

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@external"])\n`;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "antar-lint-"));
  write(
    "schema/shared.graphql",
    `"Where a page stands."
type PageInfo @shareable {
  "Whether more follow."
  hasNextPage: Boolean!
  "Whether more precede."
  hasPreviousPage: Boolean!
  "Of the first edge."
  startCursor: String
  "Of the last edge."
  endCursor: String
}
`,
  );
  for (const name of subgraphNames) sdl(name, "");
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A contract that breaks no rule, with `field` (line 4 and on) in Query and `rest` after it. */
function sdl(name: string, field: string, rest = ""): void {
  const root = `type Query {\n  "A page."\n  ${field || `${name}: PageInfo`}\n}\n`;
  write(`subgraphs/${name}/schema.graphql`, `${link}${root}${rest}`);
}

const judge = async () =>
  (await lintSchema(root)).map(({ file, line, rule }) => `${file}:${line} ${rule.replace("@graphql-eslint/", "")}`);
const menu = "subgraphs/menu/schema.graphql";

test("a contract that keeps every rule passes, with connections, mutations, stubs and deprecations", async () => {
  sdl(
    "menu",
    `dishes("How many, 1 to 100." first: Int, "Cursor." after: String, "From the end." last: Int, "Cursor." before: String): DishConnection`,
    `
"A dish."
type Dish @key(fields: "id") {
  "Opaque."
  id: ID!
  "Degrees north."
  latitude: Float!
  "Tags, at most 5."
  tags: [String!]!
  "Old."
  old: Int @deprecated(reason: "Use tags. Removal on 2027-03-01.")
}

"Dishes by page."
type DishConnection {
  "The page."
  edges: [DishEdge!]!
  "Where it stands."
  pageInfo: PageInfo!
}

"A dish of a page."
type DishEdge {
  "The dish."
  node: Dish!
  "Its place."
  cursor: String!
}

type Mutation {
  "Adds one."
  addDish("Which." input: AddDishInput!): AddDishResult!
}

"A new dish."
input AddDishInput {
  "What it is called."
  name: String!
}

"A refusal."
interface UserError {
  "A sentence."
  message: String!
}
"The name is taken."
type TakenError implements UserError {
  "A sentence."
  message: String!
}
"What comes of it."
union AddDishResult = Dish | TakenError
`,
  );
  sdl(
    "orders",
    "pick: Pick",
    `"A pick."
type Pick {
  "It."
  dish: Dish
  "All, at most 3; null for one that is gone."
  dishes: [Dish]
  "As before, at most 3."
  old: Dish! @deprecated(reason: "Use dish. Removal on 2027-03-01.")
}
type Dish @key(fields: "id") {
  id: ID!
  "Picks, at most 3."
  picks: [Pick!]
}
`,
  );
  expect(await judge()).toEqual([]);
});

const mutation = (field: string) => `type Mutation {\n  "Acts."\n  ${field}\n}\n`;
const act = '"In."\ninput ActInput {\n  "It."\n  it: Int\n}\n';
const result = '"Out."\nunion ActResult = PageInfo\n';
/** A type that refers to another subgraph's Dish, to which `added` is added. */
const pick = (field: string, added = "count: Int") =>
  `"A pick."\ntype Pick {\n  "It, at most 1."\n  ${field}\n}\ntype Dish @key(fields: "id") {\n  id: ID!\n  "So many."\n  ${added}\n}\n`;
const input = '"In." input: ActInput!';

test.each<[rule: string, line: number, field: string, rest: string]>([
  ["require-description", 5, "", "  more: Int\n"],
  ["require-description", 4, "menu(size: Int): PageInfo", ""],
  ["require-description", 6, "menu: Dish", 'type Dish {\n  "Of it."\n  name: String\n}\n'],
  ["require-description", 10, "menu: Size", '"Sizes."\nenum Size {\n  "Small."\n  S\n  L\n}\n'],
  ["naming-convention", 4, "MENU: PageInfo", ""],
  ["naming-convention", 7, "menu: dish", '"A dish."\ntype dish {\n  "Of it."\n  name: String\n}\n'],
  ["naming-convention", 9, "menu: Size", '"Sizes."\nenum Size {\n  "Small."\n  small\n}\n'],
  ["no-unreachable-types", 7, "", '"A dish."\ntype Dish {\n  "Of it."\n  name: String\n}\n'],
  [
    "relay-connection-types",
    7,
    'menu("n" first: Int, "c" after: String): AConnection',
    '"As, 1 page."\ntype AConnection {\n  "At most 5."\n  rows: [Int!]!\n  "Where."\n  pageInfo: PageInfo!\n}\n',
  ],
  [
    "relay-arguments",
    4,
    "menu: AConnection",
    '"As."\ntype AConnection {\n  "Rows."\n  edges: [AEdge!]!\n  "Where."\n  pageInfo: PageInfo!\n}\n"An A."\ntype AEdge {\n  "It."\n  node: Int\n  "At."\n  cursor: String!\n}\n',
  ],
  [
    "relay-arguments",
    4,
    'menu("n" first: Int, "c" after: String): AConnection',
    '"As."\ntype AConnection {\n  "Rows."\n  edges: [AEdge!]!\n  "Where."\n  pageInfo: PageInfo!\n}\n"An A."\ntype AEdge {\n  "It."\n  node: Int\n  "At."\n  cursor: String!\n}\n',
  ],
  [
    "relay-edge-types",
    14,
    'menu("n" first: Int, "c" after: String): AConnection',
    '"As."\ntype AConnection {\n  "Rows."\n  edges: [AEdge!]!\n  "Where."\n  pageInfo: PageInfo!\n}\n"An A."\ntype AEdge {\n  "At."\n  cursor: String!\n}\n',
  ],
  ["require-deprecation-reason", 4, "menu: PageInfo @deprecated", ""],
  ["antar/deprecation-date", 4, 'menu: PageInfo @deprecated(reason: "Use another.")', ""],
  ["antar/deprecation-date", 4, 'menu: PageInfo @deprecated(reason: "Removal on 2027-02-31x.")', ""],
  [
    "input-name",
    8,
    "",
    `${mutation('act("In." input: OtherInput!): ActResult!')}${act.replace("ActInput", "OtherInput")}${result}`,
  ],
  ["antar/no-float", 4, "price: Float", ""],
  ["antar/one-input", 8, "", `${mutation(`act(${input}, "More." twice: Boolean): ActResult!`)}${act}${result}`],
  ["antar/one-input", 8, "", `${mutation('act("In." input: ActInput): ActResult!')}${act}${result}`],
  ["antar/one-input", 8, "", `${mutation("act: ActResult!")}${result}`],
  ["antar/result-union", 8, "", `${mutation(`act(${input}): PageInfo!`)}${act}`],
  ["antar/result-union", 8, "", `${mutation(`act(${input}): ActResult`)}${act}${result}`],
  [
    "antar/result-is-union",
    16,
    "",
    `${mutation(`act(${input}): ActResult!`)}${act}"Out."\ntype ActResult {\n  "It."\n  it: Int\n}\n`,
  ],
  ["antar/result-refusal", 16, "", `${mutation(`act(${input}): ActResult!`)}${act}${result}`],
  ["antar/nullable-reference", 4, "menu: PageInfo!", ""],
  ["antar/nullable-reference", 9, "", pick("dish: Dish!")],
  ["antar/nullable-reference", 9, "", pick("dishes: [Dish!]")],
  ["antar/nullable-reference", 9, "", pick("dishes: [Dish]!")],
  ["antar/nullable-reference", 9, "", pick("dishes: [[Dish!]]")],
  ["antar/nullable-reference", 14, "", pick("dish: Dish", "count: Int!")],
  ["antar/bounded-list", 4, "menu: [PageInfo!]", ""],
  ["antar/entity-description", 6, "menu: Dish", 'type Dish @key(fields: "id") {\n  "Opaque."\n  id: ID!\n}\n'],
  ["antar/entity-id-description", 8, "menu: Dish", '"A dish."\ntype Dish @key(fields: "id") {\n  id: ID!\n}\n'],
])("%s is broken at line %i by %s", async (rule, line, field, rest) => {
  if (rest.startsWith("  ")) write(menu, `${link}type Query {\n  "A page."\n  menu: PageInfo\n${rest}}\n`);
  else sdl("menu", field, rest);
  expect(await judge()).toContain(`${menu}:${line} ${rule}`);
});

test("the shared types are judged too", async () => {
  sdl("menu", "menu: Money");
  write(
    "schema/shared.graphql",
    'type Money @shareable {\n  "It."\n  amount: Int\n}\n"Where."\ntype PageInfo @shareable {\n  "It."\n  more: Boolean\n}\n',
  );
  expect(await judge()).toContain("schema/shared.graphql:1 require-description");
});

/** Runs the command over a copy of its files. */
function run(...arguments_: string[]) {
  for (const file of readdirSync(import.meta.dirname))
    if (/^[a-z-]+\.ts$/.test(file)) cpSync(join(import.meta.dirname, file), join(root, "schema", file));
  cpSync(join(import.meta.dirname, "../kit/server/command.ts"), join(root, "kit/server/command.ts"));
  write("package.json", '{ "type": "module" }');
  symlinkSync(join(import.meta.dirname, "../node_modules"), join(root, "node_modules"));
  return spawnSync(process.execPath, ["schema/lint.ts", ...arguments_], { cwd: root, encoding: "utf8" });
}

test("the command names file, line, column, rule and message, and fails", () => {
  sdl("menu", "price: Float");
  const { status, stderr } = run();
  expect(stderr).toContain(`${menu}:4:3 antar/no-float price is a Float`);
  expect(status).toBe(1);
});

test("--json gives the same as data", () => {
  sdl("menu", "price: Float");
  const { status, stdout } = run("--json");
  expect(JSON.parse(stdout)).toEqual([
    { file: menu, line: 4, column: 3, rule: "antar/no-float", message: expect.stringContaining("Float") },
  ]);
  expect(status).toBe(1);
});

test("a graph that does not compose is one line with its place", async () => {
  sdl("menu", "menu: Nowhere");
  await expect(lintSchema(root)).rejects.toThrow(/^subgraphs\/menu\/schema\.graphql:4:.*Nowhere.*$/);
});
