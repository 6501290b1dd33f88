import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, parse } from "graphql";
import { describe, expect, test } from "vitest";
import type { RegisteredOperation } from "../operations/registry.ts";
import { checkSchema } from "./check.ts";
import { markdownReport, textReport } from "./report.ts";

const before = /* GraphQL */ `
  enum State {
    OPEN
    DONE
    LOST
  }
  input Filter {
    state: State
    mine: Boolean
  }
  interface Named {
    name: String
  }
  type Order implements Named {
    id: ID!
    name: String
    state: State!
    note(max: Int): String
    spare: Int
    old: Int @deprecated(reason: "Use id. Removal on 2027-03-01.")
  }
  type Lost {
    why: String
  }
  union Found = Order | Lost
  type Query {
    order(id: ID!): Order
    orders(filter: Filter): [Order!]
    named: Named
    find: Found
  }
`;

const operation = (text: string, hash = "a".repeat(64)): RegisteredOperation => ({
  hash,
  name: /(?:query|mutation) (\w+)/.exec(text)?.[1] ?? "",
  text,
  document: parse(text),
  clients: { customer: ["1.0.0", "1.1.0"] },
});

const operations = [
  operation("query OneOrder($id: ID!) { order(id: $id) { id state note(max: 10) } }"),
  operation("query Orders($filter: Filter) { orders(filter: $filter) { id old } }"),
  operation("query Names { named { name } find { ... on Lost { why } } }"),
];

const change = async (from: string, to: string, today = "2026-11-21") => {
  expect(before).toContain(from);
  return checkSchema({ name: "before", schema: buildSchema(before) }, before.replace(from, to), operations, today);
};

/** The names of the operations that the first change which may not land hits. */
const hit = ({ changes }: Awaited<ReturnType<typeof change>>) =>
  changes.find(({ problem }) => problem !== null)?.operations.map(({ name }) => name);

describe("a change that a registered operation notices may not land and names it", () => {
  test.each([
    ["a field is removed", "state: State!\n", "\n", ["OneOrder"]],
    ["a required argument is added", "note(max: Int): String", "note(max: Int, min: Int!): String", ["OneOrder"]],
    ["an argument is removed", "note(max: Int): String", "note: String", ["OneOrder"]],
    ["an argument's type narrows", "order(id: ID!): Order", "order(id: Int!): Order", ["OneOrder"]],
    ["a field's type changes", "id: ID!\n", "id: Int!\n", ["OneOrder", "Orders"]],
    ["an enum value that is answered goes", "LOST\n", "\n", ["OneOrder", "Orders"]],
    ["an input field that a variable may carry goes", "mine: Boolean", "", ["Orders"]],
    ["an input field becomes required", "mine: Boolean", "mine: Boolean!", ["Orders"]],
    ["a required input field is added", "mine: Boolean", "mine: Boolean more: Int!", ["Orders"]],
    ["a member leaves a union", "Order | Lost", "Order", ["Names"]],
    ["an interface is implemented no more", "type Order implements Named", "type Order", ["Names"]],
  ])("%s", async (_title, from, to, names) => {
    const result = await change(from, to);
    expect(result.ok).toBe(false);
    expect(hit(result)).toEqual(names);
    for (const name of names) {
      expect(textReport(result)).toContain(`${name} (customer 1.0.0, 1.1.0)`);
      expect(markdownReport(result)).toContain(name);
    }
  });
});

describe("what may land", () => {
  test.each([
    ["a nullable field is added", "spare: Int", "spare: Int extra: Int"],
    ["a type is added", "union Found", "type New { x: Int }\n  union Found"],
    ["an unused field's type changes", "spare: Int", "spare: String"],
    ["a value is added", "LOST\n", "LOST\n HELD\n"],
  ])("%s", async (_title, from, to) => {
    const result = await change(from, to);
    expect(textReport(result)).toContain("the schema may land");
    expect(result.ok).toBe(true);
  });

  test("a breaking change that nobody uses is reported as such", async () => {
    expect(textReport(await change("spare: Int", "spare: String"))).toContain("no registered operation uses it");
  });
});

describe("the deprecation policy", () => {
  test("what was never deprecated is not removed, even when nobody uses it", async () => {
    const result = await change("spare: Int", "");
    expect(result.changes.find(({ problem }) => problem)?.problem).toContain("Order.spare was never deprecated");
  });

  const unused = async (today: string) =>
    checkSchema(
      { name: "before", schema: buildSchema(before) },
      before.replace('old: Int @deprecated(reason: "Use id. Removal on 2027-03-01.")', ""),
      [],
      today,
    );

  test("nor before the promised date", async () => {
    const { changes, ok } = await unused("2027-02-28");
    expect(ok).toBe(false);
    expect(changes[0]?.problem).toContain("2027-03-01");
  });

  test("from that date on it may go, once nobody uses it", async () => {
    expect((await unused("2027-03-01")).ok).toBe(true);
    const used = await change('old: Int @deprecated(reason: "Use id. Removal on 2027-03-01.")', "", "2027-03-01");
    expect(used.ok).toBe(false);
    expect(hit(used)).toEqual(["Orders"]);
  });
});

describe("the command", { timeout: 60_000 }, () => {
  const root = join(import.meta.dirname, "../..");
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["schema/check/main.ts", ...args], { cwd: root, encoding: "utf8" });

  test("names what is wrong in one line", () => {
    const nowhere = run("--against", "no-such-revision");
    expect(nowhere.status).toBe(1);
    expect(nowhere.stderr.trim().split("\n")).toEqual([expect.stringContaining("neither a file nor a git revision")]);
    const noSchema = run("--against", "README.md");
    expect(noSchema.status).toBe(1);
    expect(noSchema.stderr).toContain("README.md holds no schema");
  });

  test("compares with a file, as JSON and as Markdown", () => {
    const folder = mkdtempSync(join(tmpdir(), "antar-check-"));
    const baseline = join(folder, "api.graphql");
    const api = readFileSync(join(root, "schema/api.graphql"), "utf8");
    writeFileSync(baseline, api.replace("type Query {", "type Query {\n  gone: Int\n"));
    const markdown = join(folder, "report.md");
    const { status, stdout } = run("--against", baseline, "--json", "--markdown", markdown);
    const result = JSON.parse(stdout) as { ok: boolean; changes: { path: string; verdict: string }[] };
    expect(status).toBe(1);
    expect(result.changes).toMatchObject([{ path: "Query.gone", verdict: "breaking" }]);
    expect(readFileSync(markdown, "utf8")).toContain("`Query.gone`");
    rmSync(folder, { recursive: true });
  });
});
