/** A catalogue of changes, each with the verdict that the GraphQL specification's rules give it. */
import { buildSchema, findBreakingChanges, findDangerousChanges } from "graphql";
import { describe, expect, test } from "vitest";
import type { Verdict } from "./change.ts";
import { changesBetween } from "./changes.ts";

/** Title, SDL before, SDL after, verdict of the gravest change (null: no change at all). Both sides get `type Query`'s rest. */
type Case = [title: string, before: string, after: string, verdict: Verdict | null];

const outputs: Case[] = [
  ["a type is added", "", "type B { x: Int }", "safe"],
  ["a type is removed", "type B { x: Int }", "", "breaking"],
  ["an object becomes an interface", "type B { x: Int }", "interface B { x: Int }", "breaking"],
  ["an object becomes an input", "type B { x: Int }", "input B { x: Int }", "breaking"],
  ["an object becomes a scalar", "type B { x: Int }", "scalar B", "breaking"],
  ["a scalar becomes an enum", "scalar B", "enum B { X }", "breaking"],
  ["a field is added", "type B { x: Int }", "type B { x: Int y: Int }", "safe"],
  ["a non-null field is added", "type B { x: Int }", "type B { x: Int y: Int! }", "safe"],
  ["a field is removed", "type B { x: Int y: Int }", "type B { x: Int }", "breaking"],
  [
    "a deprecated field is removed",
    'type B { x: Int y: Int @deprecated(reason: "x") }',
    "type B { x: Int }",
    "breaking",
  ],
  ["a field is renamed", "type B { x: Int }", "type B { y: Int }", "breaking"],
  ["a field becomes non-null", "type B { x: Int }", "type B { x: Int! }", "safe"],
  ["a field becomes nullable", "type B { x: Int! }", "type B { x: Int }", "breaking"],
  ["a field's type changes", "type B { x: Int }", "type B { x: String }", "breaking"],
  ["a field becomes a list", "type B { x: Int }", "type B { x: [Int] }", "breaking"],
  ["a list becomes a single value", "type B { x: [Int] }", "type B { x: Int }", "breaking"],
  ["a list's items become non-null", "type B { x: [Int] }", "type B { x: [Int!] }", "safe"],
  ["a list's items become nullable", "type B { x: [Int!] }", "type B { x: [Int] }", "breaking"],
  ["a field is deprecated", "type B { x: Int }", 'type B { x: Int @deprecated(reason: "y") }', "safe"],
  ["a deprecation is lifted", 'type B { x: Int @deprecated(reason: "y") }', "type B { x: Int }", "safe"],
  [
    "a deprecation's reason changes",
    'type B { x: Int @deprecated(reason: "y") }',
    'type B { x: Int @deprecated(reason: "z") }',
    "safe",
  ],
  ["a description changes", '"one" type B { x: Int }', '"two" type B { x: Int }', null],
  ["the order of fields changes", "type B { x: Int y: Int }", "type B { y: Int x: Int }", null],
];

const args: Case[] = [
  ["an optional argument is added", "type B { x: Int }", "type B { x(a: Int): Int }", "dangerous"],
  ["a required argument is added", "type B { x: Int }", "type B { x(a: Int!): Int }", "breaking"],
  ["a required argument with a default is added", "type B { x: Int }", "type B { x(a: Int! = 1): Int }", "dangerous"],
  ["an argument is removed", "type B { x(a: Int): Int }", "type B { x: Int }", "breaking"],
  ["an argument becomes required", "type B { x(a: Int): Int }", "type B { x(a: Int!): Int }", "breaking"],
  ["an argument becomes optional", "type B { x(a: Int!): Int }", "type B { x(a: Int): Int }", "safe"],
  ["an argument's type changes", "type B { x(a: Int): Int }", "type B { x(a: String): Int }", "breaking"],
  ["an argument's type narrows", "type B { x(a: ID): Int }", "type B { x(a: Int): Int }", "breaking"],
  ["an argument becomes a list", "type B { x(a: Int): Int }", "type B { x(a: [Int]): Int }", "breaking"],
  ["an argument's items become required", "type B { x(a: [Int]): Int }", "type B { x(a: [Int!]): Int }", "breaking"],
  ["an argument's items become optional", "type B { x(a: [Int!]): Int }", "type B { x(a: [Int]): Int }", "safe"],
  ["an argument's default changes", "type B { x(a: Int = 1): Int }", "type B { x(a: Int = 2): Int }", "dangerous"],
  ["an argument's default is added", "type B { x(a: Int): Int }", "type B { x(a: Int = 2): Int }", "dangerous"],
  ["an argument's default is removed", "type B { x(a: Int = 1): Int }", "type B { x(a: Int): Int }", "dangerous"],
];

const enums: Case[] = [
  ["an enum is added", "", "enum B { X }", "safe"],
  ["an enum is removed", "enum B { X }", "", "breaking"],
  ["a value is added", "enum B { X }", "enum B { X Y }", "dangerous"],
  ["a value is removed", "enum B { X Y }", "enum B { X }", "breaking"],
  ["a value is renamed", "enum B { X }", "enum B { Y }", "breaking"],
  ["a value is deprecated", "enum B { X Y }", 'enum B { X Y @deprecated(reason: "x") }', "safe"],
  ["the order of values changes", "enum B { X Y }", "enum B { Y X }", null],
];

const inputs: Case[] = [
  ["an optional input field is added", "input B { x: Int }", "input B { x: Int y: Int }", "dangerous"],
  ["a required input field is added", "input B { x: Int }", "input B { x: Int y: Int! }", "breaking"],
  [
    "a required input field with a default is added",
    "input B { x: Int }",
    "input B { x: Int y: Int! = 1 }",
    "dangerous",
  ],
  ["an input field is removed", "input B { x: Int y: Int }", "input B { x: Int }", "breaking"],
  ["an input field becomes required", "input B { x: Int }", "input B { x: Int! }", "breaking"],
  ["an input field becomes optional", "input B { x: Int! }", "input B { x: Int }", "safe"],
  ["an input field's type changes", "input B { x: Int }", "input B { x: String }", "breaking"],
  ["an input field becomes a list", "input B { x: Int }", "input B { x: [Int] }", "breaking"],
  ["an input field's default changes", "input B { x: Int = 1 }", "input B { x: Int = 2 }", "dangerous"],
  ["an input field's default is removed", "input B { x: Int = 1 }", "input B { x: Int }", "dangerous"],
  ["an input is removed", "input B { x: Int }", "", "breaking"],
];

const abstracts: Case[] = [
  ["a union is added", "type C { x: Int }", "type C { x: Int } union B = C", "safe"],
  [
    "a union's member is added",
    "type C { x: Int } type D { x: Int } union B = C",
    "type C { x: Int } type D { x: Int } union B = C | D",
    "dangerous",
  ],
  [
    "a union's member is removed",
    "type C { x: Int } type D { x: Int } union B = C | D",
    "type C { x: Int } type D { x: Int } union B = C",
    "breaking",
  ],
  ["a union is removed", "type C { x: Int } union B = C", "type C { x: Int }", "breaking"],
  [
    "a type implements one more interface",
    "interface I { x: Int } type B { x: Int }",
    "interface I { x: Int } type B implements I { x: Int }",
    "dangerous",
  ],
  [
    "a type implements an interface no more",
    "interface I { x: Int } type B implements I { x: Int }",
    "interface I { x: Int } type B { x: Int }",
    "breaking",
  ],
  [
    "an interface gains a field",
    "interface I { x: Int } type B implements I { x: Int y: Int }",
    "interface I { x: Int y: Int } type B implements I { x: Int y: Int }",
    "safe",
  ],
  [
    "an interface loses a field",
    "interface I { x: Int y: Int } type B implements I { x: Int y: Int }",
    "interface I { x: Int } type B implements I { x: Int y: Int }",
    "breaking",
  ],
  [
    "an interface becomes a union",
    "type C { x: Int } interface B { x: Int }",
    "type C { x: Int } union B = C",
    "breaking",
  ],
  [
    "a field returns the interface of its type",
    "interface I { x: Int } type B implements I { x: Int } type C { b: B }",
    "interface I { x: Int } type B implements I { x: Int } type C { b: I }",
    "breaking",
  ],
];

const roots: Case[] = [
  ["mutations are added", "", "type Mutation { x: Int }", "safe"],
  ["mutations are removed", "type Mutation { x: Int }", "", "breaking"],
  ["a directive is added", "", "directive @d on FIELD", "safe"],
  ["a directive is removed", "directive @d on FIELD", "", "breaking"],
  ["a directive's place is added", "directive @d on FIELD", "directive @d on FIELD | QUERY", "safe"],
  ["a directive's place is removed", "directive @d on FIELD | QUERY", "directive @d on FIELD", "breaking"],
  ["a directive's required argument is added", "directive @d on FIELD", "directive @d(a: Int!) on FIELD", "breaking"],
  ["a directive's argument is removed", "directive @d(a: Int) on FIELD", "directive @d on FIELD", "breaking"],
  ["a directive is no longer repeatable", "directive @d repeatable on FIELD", "directive @d on FIELD", "breaking"],
  ["a scalar is added", "", "scalar B", "safe"],
  ["a scalar is removed", "scalar B", "", "breaking"],
];

const order: readonly Verdict[] = ["breaking", "dangerous", "safe"];
const base = "type Query { ok: Int } ";

describe.each([
  ["what is answered", outputs],
  ["arguments", args],
  ["enums", enums],
  ["inputs", inputs],
  ["interfaces and unions", abstracts],
  ["roots, directives, scalars", roots],
])("%s", (_title, cases) => {
  test.each(cases)("%s", async (_case, before, after, verdict) => {
    const changes = await changesBetween(buildSchema(base + before), buildSchema(base + after), []);
    const gravest = order.find((one) => changes.some((change) => change.verdict === one)) ?? null;
    expect(gravest, JSON.stringify(changes)).toBe(verdict);
  });

  test.each(cases)("%s: never milder than graphql-js", async (_case, before, after) => {
    const [old, now] = [buildSchema(base + before), buildSchema(base + after)];
    const grave = new Set((await changesBetween(old, now, [])).map(({ verdict }) => verdict));
    if (findBreakingChanges(old, now).length > 0) expect(grave).toContain("breaking");
    else if (findDangerousChanges(old, now).length > 0)
      expect(grave.has("dangerous") || grave.has("breaking")).toBe(true);
    else expect(grave).not.toContain("breaking");
  });
});

test("there are at least 60 kinds of change", () => {
  expect([...outputs, ...args, ...enums, ...inputs, ...abstracts, ...roots].length).toBeGreaterThanOrEqual(60);
});
