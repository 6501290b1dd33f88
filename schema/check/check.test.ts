import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, parse, visit, type DocumentNode } from "graphql";
import { describe, expect, test } from "vitest";
import type { RegisteredOperation } from "../operations/registry.ts";
import { checkSchema } from "./check.ts";
import { usageOf } from "./usage.ts";
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

describe("the promise of a deprecation", () => {
  const schema = (text: string) => `
    enum E { A B ${text.includes("VALUE") ? text.replace("VALUE", "C") : "C"} }
    input I { x: Int ${text.includes("INPUT") ? text.replace("INPUT", "y: Int") : "y: Int"} }
    interface N { ${text.includes("INTERFACE") ? text.replace("INTERFACE", "n: Int") : "n: Int"} }
    type Query {
      e(i: I): E
      ${text.includes("FIELD") ? text.replace("FIELD", "f: Int") : "f: Int"}
      g(${text.includes("ARGUMENT") ? text.replace("ARGUMENT", "a: Int") : "a: Int"}, b: Int): Int
    }`;
  const problems = async (had: string, has: string, today = "2026-11-25") => {
    const result = await checkSchema({ name: "before", schema: buildSchema(schema(had)) }, schema(has), [], today);
    const all = result.changes.flatMap(({ problem }) => (problem === null ? [] : [problem]));
    expect(result.ok).toBe(all.length === 0);
    return all;
  };
  const marked = (place: string, reason: string) => `${place} @deprecated(reason: "${reason}")`;
  const places = [
    ["FIELD", "Query.f"],
    ["ARGUMENT", "Query.g.a"],
    ["INPUT", "I.y"],
    ["VALUE", "E.C"],
    ["INTERFACE", "N.n"],
  ] as const;
  const without = (place: string) =>
    ({
      FIELD: ["f: Int", ""],
      ARGUMENT: ["a: Int, ", ""],
      INPUT: ["y: Int", ""],
      VALUE: [" C ", " "],
      INTERFACE: ["n: Int", "m: Int"],
    })[place] as [string, string];

  test.each(places)("%s: needs a removal date when it is given", async (place, path) => {
    expect(await problems("", marked(place, "Use z."))).toEqual([
      expect.stringContaining(`${path} is deprecated without`),
    ]);
    expect(await problems("", `${place} @deprecated`)).toEqual([expect.stringContaining("without a removal date")]);
    expect(await problems("", marked(place, "New since 2026-01-01."))).toHaveLength(1);
    expect(await problems("", marked(place, "Use z. Removal on 2027-02-30."))).toHaveLength(1);
    expect(await problems("", marked(place, "Use z. Removal on 2027-02-28."))).toEqual([]);
  });

  test.each(places)("%s: the date may move later, not earlier, and does not vanish", async (place) => {
    const had = marked(place, "Removal on 2027-03-01.");
    expect(await problems(had, marked(place, "Use z. Removal on 2027-03-01."))).toEqual([]);
    expect(await problems(had, marked(place, "Removal on 2027-03-02."))).toEqual([]);
    expect(await problems(had, marked(place, "Removal on 2027-02-28."))).toEqual([
      expect.stringContaining("was promised until 2027-03-01"),
    ]);
    expect(await problems(had, marked(place, "Use z."))).toHaveLength(1);
    expect(await problems(had, "")).toEqual([]);
    expect(await problems(had, had)).toEqual([]);
  });

  test.each(places)("%s: is removed from its date on, and never without one", async (place, path) => {
    const removed = async (reason: string | null, today: string) => {
      const [from, to] = without(place);
      const before = buildSchema(schema(reason === null ? "" : marked(place, reason)));
      const after = schema("").replace(from, to);
      const { changes, ok } = await checkSchema({ name: "before", schema: before }, after, [], today);
      return [ok, changes.find((change) => change.path === path && change.kind.endsWith("REMOVED"))?.problem ?? null];
    };
    expect(await removed(null, "2027-03-01")).toEqual([false, expect.stringContaining(`${path} was never deprecated`)]);
    expect(await removed("Use z.", "2027-03-01")).toEqual([false, expect.stringContaining("without a removal date")]);
    expect(await removed("Removal on 2027-03-01.", "2027-02-28")).toEqual([
      false,
      `${path} was promised until 2027-03-01`,
    ]);
    expect(await removed("Removal on 2027-03-01.", "2027-03-01")).toEqual([true, null]);
  });

  test("what changes in the deprecation of inputs is a change like that of fields", async () => {
    const changes = async (had: string, has: string) =>
      (
        await checkSchema({ name: "before", schema: buildSchema(schema(had)) }, schema(has), [], "2026-11-25")
      ).changes.map(({ kind, path, verdict }) => [kind, path, verdict]);
    const [one, two] = [marked("ARGUMENT", "Removal on 2027-03-01."), marked("ARGUMENT", "Removal on 2027-04-01.")];
    expect(await changes("", one)).toEqual([["FIELD_ARGUMENT_DEPRECATION_ADDED", "Query.g.a", "safe"]]);
    expect(await changes(one, two)).toEqual([["FIELD_ARGUMENT_DEPRECATION_REASON_CHANGED", "Query.g.a", "safe"]]);
    expect(await changes(one, "")).toEqual([["FIELD_ARGUMENT_DEPRECATION_REMOVED", "Query.g.a", "safe"]]);
    expect(await changes(marked("INPUT", "Removal on 2027-03-01."), "")).toEqual([
      ["INPUT_FIELD_DEPRECATION_REMOVED", "I.y", "safe"],
    ]);
  });

  test("who uses what is deprecated is named", async () => {
    const has = before.replace("spare: Int", 'spare: Int @deprecated(reason: "Removal on 2027-03-01.")');
    const uses = operation("query Uses { orders { spare } }");
    const { ok, changes } = await checkSchema(
      { name: "before", schema: buildSchema(before) },
      has,
      [uses],
      "2026-11-25",
    );
    expect([ok, changes.map(({ verdict, operations }) => [verdict, operations.map(({ name }) => name)])]).toEqual([
      true,
      [["safe", ["Uses"]]],
    ]);
  });
});

describe("what the differences alone would not show", () => {
  const judged = async (was: string, is: string, ...texts: string[]) => {
    const all = texts.map((text) => operation(text));
    const { ok, changes } = await checkSchema({ name: "before", schema: buildSchema(was) }, is, all, "2026-11-25");
    return [ok, [...new Set(changes.flatMap((change) => change.operations.map(({ name }) => name)))]];
  };

  test("an operation that the graph does not take may not stay, even when nothing changed", async () => {
    const lost = operation("query Lost { nothing }");
    const result = await checkSchema({ name: "before", schema: buildSchema(before) }, before, [lost], "2026-11-25");
    expect([result.ok, result.changes]).toEqual([false, []]);
    expect(result.invalidOperations).toEqual([{ operation: lost, errors: [expect.stringContaining("nothing")] }]);
    expect(textReport(result)).toContain("Lost (customer 1.0.0, 1.1.0) is no longer valid");
    expect(markdownReport(result)).toContain("Lost");
  });

  test("an input of which one field may be given from now on breaks who sends another number of them", async () => {
    const graph = (one: string) => `input I ${one} { a: Int b: Int } type Query { f(i: I): Int }`;
    const texts = [
      "query One { f(i: {a: 1}) }",
      "query Two { f(i: {a: 1, b: 2}) }",
      "query None { f(i: {}) }",
      "query Null { f(i: {a: null}) }",
      "query Certain($a: Int!) { f(i: {a: $a}) }",
      "query Uncertain($a: Int) { f(i: {a: $a}) }",
      "query Whole($i: I) { f(i: $i) }",
      "query Without { f }",
    ];
    expect(await judged(graph(""), graph("@oneOf"), ...texts)).toEqual([
      false,
      ["Two", "None", "Null", "Uncertain", "Whole"],
    ]);
    expect(await judged(graph("@oneOf"), graph(""), "query One { f(i: {a: 1}) }")).toEqual([true, []]);
    expect(await judged("type Query { f: Int }", graph("@oneOf"), "query Without { f }")).toEqual([true, []]);
  });

  test("mutations that go break those who send one", async () => {
    const texts = ["query Reads { a }", "mutation Writes { b }"];
    const [was, is] = ["type Query { a: Int } type Mutation { b: Int }", "type Query { a: Int }"];
    expect(await judged(was, is, ...texts)).toEqual([false, ["Writes"]]);
    expect(await judged(is, was, "query Reads { a }")).toEqual([true, []]);
  });

  test("a directive's place, repetition and presence break those who use it so", async () => {
    const graph = (text: string) => `type Query { a: Int } ${text}`;
    const texts = [
      "query OnField { a @d }",
      "query OnQuery @d { a }",
      "query OnSpread { ... @d { a } }",
      "query Not { a }",
    ];
    const all = graph("directive @d repeatable on FIELD | QUERY | INLINE_FRAGMENT");
    const less = graph("directive @d repeatable on FIELD | INLINE_FRAGMENT");
    expect(await judged(all, less, ...texts)).toEqual([false, ["OnQuery"]]);
    expect(await judged(all, graph(""), ...texts)).toEqual([false, ["OnField", "OnQuery", "OnSpread"]]);
    const once = graph("directive @d on FIELD | QUERY | INLINE_FRAGMENT");
    expect(await judged(all, once, ...texts)).toEqual([false, ["OnField", "OnQuery", "OnSpread"]]);
    expect(await judged(once, all, ...texts)).toEqual([true, []]);
  });

  test("a type that is sent or answered does not change its kind", async () => {
    const graph = (kind: string) => `${kind} type Query { f(k: K): Int g: Int }`;
    const texts = ["query Sends($k: K) { f(k: $k) }", "query Omits { f }", "query Other { g }"];
    expect(await judged(graph("enum K { A }"), graph("input K { a: Int }"), ...texts)).toEqual([false, ["Sends"]]);
  });

  test("values of a scalar of our own are known to its servers alone", async () => {
    const graph = (type: string) => `scalar Day input I { x: ${type} } type Query { f(a: ${type}, i: I): Int }`;
    const texts = ["query Literal { f(a: 5) }", "query Inside($i: I) { f(i: $i) }", "query Omits { f }"];
    expect(await judged(graph("Int"), graph("Day"), ...texts)).toEqual([false, ["Inside", "Literal"]]);
    expect(await judged(graph("Day"), graph("Int"), ...texts)).toEqual([false, ["Inside"]]);
    expect(await judged(graph("Day"), graph("Day!"), ...texts)).toEqual([false, ["Inside", "Omits"]]);
  });

  test("the default of an interface's argument is never used", async () => {
    const graph = (own: string, object: string) => `
      interface N { f(a: Int${own}): Int } type T implements N { f(a: Int${object}): Int } type Query { n: N }`;
    const asks = "query Asks { n { f } }";
    expect(await judged(graph(" = 1", " = 1"), graph(" = 2", " = 1"), asks)).toEqual([true, []]);
    expect(await judged(graph(" = 1", " = 1"), graph(" = 1", " = 2"), asks)).toEqual([true, ["Asks"]]);
  });

  test("input types that hold each other are compared once", async () => {
    const graph = (used: string, required: string) => `
      input A { a: A n: Int } input B { a: B n: Int ${required} } input I { x: ${used} }
      type Query { f(i: I): Int unused(a: A, b: B): Int }`;
    expect(await judged(graph("A", ""), graph("B", ""), "query Sends($i: I) { f(i: $i) }")).toEqual([true, []]);
    const [ok] = await judged(graph("A", ""), graph("B", "m: Int!"), "query Sends($i: I) { f(i: $i) }");
    expect(ok).toBe(false);
  });

  test("every operation of a document counts, with its own variables", async () => {
    const graph = (type: string) => `type Query { f(a: ${type}): Int }`;
    const both = "query Safe($a: Int!) { ...F } query Other($a: Int) { ...F } fragment F on Query { f(a: $a) }";
    expect(await judged(graph("Int"), graph("Int!"), both)).toEqual([false, ["Safe"]]);
  });
});

describe("a hostile document", () => {
  /** `count` fragments, each of which spreads the next twice. */
  const doubling = (count: number) => {
    const fragments = Array.from({ length: count }, (_, index) => {
      const next = index + 1 < count ? `...F${index + 1} ... { ...F${index + 1} }` : "";
      return `fragment F${index} on Query { orders { id } ${next} }`;
    });
    return parse(`query Hostile { ...F0 ...F0 find { ...G } } fragment G on Found { ...G } ${fragments.join(" ")}`);
  };
  /** How often any of the selection sets of `document` is looked at. */
  const visits = (document: DocumentNode) => {
    let count = 0;
    const counted = visit(document, {
      leave: (node) => {
        if (!("selectionSet" in node) || !node.selectionSet) return undefined;
        const { selectionSet, ...rest } = node;
        return Object.defineProperty(rest, "selectionSet", { enumerable: true, get: () => (count++, selectionSet) });
      },
    }) as DocumentNode;
    usageOf(buildSchema(before), counted);
    return count;
  };

  test("is looked at once, however its fragments double", () => {
    const [ten, twenty, thirty] = [visits(doubling(10)), visits(doubling(20)), visits(doubling(30))];
    expect(thirty! - twenty!).toBe(twenty! - ten!);
    expect(thirty).toBeLessThan(500);
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
