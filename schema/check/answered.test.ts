/**
 * What is answered × how it is asked × what changes. Who is hit is not written down here: graphql-js executes each
 * operation against both schemas, for everything that their resolvers might answer, and the answers are compared.
 */
import {
  buildSchema,
  execute,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  parse,
  validate,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import { expect, test } from "vitest";
import type { Path } from "graphql/jsutils/Path.js";
import { checkSchema } from "./check.ts";

const before = /* GraphQL */ `
  enum S {
    X
    Y
  }
  interface N {
    f: String
    g: String!
    s: S
  }
  interface K {
    k: Int
  }
  type A implements N {
    f: String!
    g: String!
    s: S
    a: Int
    old: Int
  }
  type B implements N & K {
    f: String
    g: String!
    s: S
    k: Int
  }
  type C {
    f: String
    g: String!
    s: S
    c: Int!
    l: [Int!]
    k: Int
  }
  type D {
    n: N
    u: U!
    e: [S!]
  }
  union U = A | C
  union V = A | B
  union W = B | C
  type Query {
    a: A!
    b: B
    c: C!
    n: N!
    u: U
    v: V
    w: W
    k: K
    s: S
    d: D!
    list: [[N!]]
    old: Int
  }
`;

const scalars: Readonly<Record<string, unknown>> = { Int: 1, Float: 1.5, String: "s", ID: "id", Boolean: true };

type Answers = {
  /** Whole answers as JSON. */
  texts: Set<string>;
  /** Place and type of each object that was answered; those of which nothing was asked end with `?`. */
  objects: Set<string>;
};

/** The objects within `value`, whose types are in `types` by place. */
function objectsIn(value: unknown, place: string, types: ReadonlyMap<string, string>): string[] {
  if (value === null || typeof value !== "object") return [];
  const below = Object.entries(value).flatMap(([key, one]) => objectsIn(one, `${place}.${key}`, types));
  const type = types.get(place);
  return type === undefined ? below : [`${place} ${type}${Object.keys(value).length === 0 ? "?" : ""}`, ...below];
}

const textOf = (path: Path): string => `${path.prev ? textOf(path.prev) : ""}.${path.key}`;

/** Runs `run` again and again until each choice was taken; `choose(n)` gives 0 to n - 1. */
function everyChoice(run: (choose: (of: number) => number) => void): void {
  const taken: { choice: number; of: number }[] = [];
  for (;;) {
    let step = 0;
    run((of) => {
      const known = taken[step++];
      if (!known) taken.push({ choice: 0, of });
      return known?.choice ?? 0;
    });
    while (taken.length > 0 && taken.at(-1)!.choice + 1 >= taken.at(-1)!.of) taken.pop();
    const last = taken.at(-1);
    if (!last) return;
    last.choice += 1;
  }
}

/** Everything that `document` may be answered. */
function answers(schema: GraphQLSchema, document: DocumentNode, variableValues: Record<string, unknown>): Answers {
  const found: Answers = { texts: new Set(), objects: new Set() };
  everyChoice((choose) => {
    const types = new Map<string, string>();
    const value = (type: GraphQLOutputType, place: string): unknown => {
      if (!isNonNullType(type) && choose(2) === 1) return null;
      const inner = getNullableType(type) as GraphQLOutputType;
      if (isListType(inner)) return choose(2) === 1 ? [] : [value(inner.ofType, `${place}.0`)];
      if (isEnumType(inner)) return inner.getValues()[choose(inner.getValues().length)]?.name;
      if (!isCompositeType(inner)) return scalars[String(inner)];
      const possible = isAbstractType(inner) ? schema.getPossibleTypes(inner) : [inner];
      if (possible.length === 0) return null;
      const __typename = possible[choose(possible.length)]!.name;
      types.set(place, __typename);
      return { __typename };
    };
    const fieldResolver = (_source: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo) =>
      value(info.returnType, textOf(info.path));
    const result = execute({ schema, document, variableValues, fieldResolver });
    if ("then" in result || result.errors) throw new Error(JSON.stringify(result));
    found.texts.add(JSON.stringify(result.data));
    for (const one of objectsIn(result.data, "", types)) found.objects.add(one);
  });
  return found;
}

const texts = [
  "query Direct { a { f } }",
  "query Alias { x: a { y: f z: old } }",
  "query Old { old a { old } }",
  "query Value { s }",
  "query AliasOfValue { x: s }",
  "query Deep { d { e } }",
  "query Fragment { a { ...F } } fragment F on A { f s }",
  "query FragmentTwice { a { ...F } } fragment F on A { ...G } fragment G on A { f }",
  "query Inline { a { ... { f } } }",
  "query Include($if: Boolean!) { a { f @include(if: $if) s @skip(if: $if) } }",
  "query ThroughInterface { n { f } }",
  "query ThroughInterfaceToo { n { g } }",
  "query NameOnly { n { __typename } }",
  "query OnlyA { n { ... on A { f } } }",
  "query OnlyB { n { ... on B { k } } }",
  "query Both { n { g ... on A { a } ... on K { k } } }",
  "query Union { u { ... on A { f } ... on C { c } } }",
  "query UnionOfOne { u { ... on C { c } } }",
  "query UnionName { u { __typename } }",
  "query UnionThroughInterface { u { ... on N { g } } }",
  "query UnionFragments { u { ...F } } fragment F on U { ... on N { ...G } } fragment G on A { a }",
  "query DeepUnion { d { u { ... on A { g } } n { f } } }",
  "query UnionInUnion { w { ... on B { k } ... on V { ... on B { f } } } }",
  "query UnionInInterface { n { ... on V { ... on B { k } } } }",
  "query UnionByInterface { w { ... on K { k } } }",
  "query Implementers { k { k } }",
  "query ListOfLists { list { g } }",
  "query EnumThroughUnion { v { ... on N { s } } }",
  "query Items { c { l } }",
  "query Plain { c { c } }",
];

const operations = texts.map((text) => {
  const name = /query (\w+)/.exec(text)?.[1] ?? "";
  return { name, hash: "a".repeat(64), text, document: parse(text), clients: { customer: ["1"] } };
});

type Case = [
  title: string,
  from: string,
  to: string,
  verdict: "breaking" | "dangerous" | "safe",
  /** Named too: the check does not follow which types are left where fragments stand within each other. */
  beyond?: string[],
];

const cases: Case[] = [
  [
    "a field of an object may be null",
    "type A implements N {\n    f: String!",
    "type A implements N {\n    f: String",
    "breaking",
  ],
  ["a field of an interface and its objects may be null", "g: String!", "g: String", "breaking"],
  [
    "a field of one object is never null",
    "type B implements N & K {\n    f: String",
    "type B implements N & K {\n    f: String!",
    "safe",
  ],
  ["a field has another type", "c: Int!", "c: String!", "breaking"],
  ["a field becomes a list", "c: Int!", "c: [Int!]!", "breaking"],
  ["items may be null", "l: [Int!]", "l: [Int]", "breaking"],
  ["a field goes", "old: Int\n", "\n", "breaking"],
  ["a field answers an interface instead", "a: A!", "a: N!", "breaking"],
  ["an enum has one more value", "Y\n", "Y\n Z\n", "dangerous"],
  ["an enum has one value less", "Y\n", "\n", "breaking"],
  ["a union has one more member", "union U = A | C", "union U = A | C | B", "dangerous"],
  ["another union has one more member", "union V = A | B", "union V = A | B | C", "dangerous", ["UnionInUnion"]],
  ["a union has one member less", "union U = A | C", "union U = C", "breaking"],
  ["a union that is asked within another has one less", "union V = A | B", "union V = A", "breaking"],
  ["a known type implements an interface", "type C {", "type C implements N & K {", "dangerous", ["UnionFragments"]],
  ["a known type implements another", "type C {", "type C implements K {", "dangerous"],
  [
    "a new type implements an interface",
    "type D {",
    "type E implements N { f: String g: String! s: S } type D {",
    "dangerous",
  ],
  ["a type implements an interface no more", "type B implements N & K", "type B implements N", "breaking"],
  ["a type implements the other no more", "type B implements N & K", "type B implements K", "breaking"],
  ["a type gains a field", "a: Int\n", "a: Int b: Int\n", "safe"],
];

const lacks = (set: ReadonlySet<string>, some: Iterable<string>) => [...some].some((one) => !set.has(one));

/** Nobody waits for an object of which nothing is asked. */
const says = (text: string) => !text.includes("{}") && !text.endsWith("?");

/** Whether an operation is refused, may be answered something that it never was, or is never answered something that it was. */
function isHit(old: GraphQLSchema, now: GraphQLSchema, document: DocumentNode, verdict: Case[3]): boolean {
  if (validate(now, document).length > 0) return true;
  return [true, false].some((value) => {
    const [was, is] = [answers(old, document, { if: value }), answers(now, document, { if: value })];
    if (lacks(was.texts, is.texts) || lacks(was.objects, is.objects)) return true;
    if (verdict === "safe") return false;
    return lacks(is.texts, [...was.texts].filter(says)) || lacks(is.objects, [...was.objects].filter(says));
  });
}

const old = buildSchema(before);

test.each(cases)("%s: who is hit is named, and nobody else", async (_title, from, to, verdict, beyond = []) => {
  expect(before).toContain(from);
  const after = before.replaceAll(from, to);
  const { changes } = await checkSchema({ name: "old", schema: old }, after, operations, "2026-11-25");
  const named = changes.filter((change) => change.verdict === verdict).flatMap((change) => change.operations);
  const now = buildSchema(after);
  const hit = operations.filter(({ document }) => isHit(old, now, document, verdict)).map(({ name }) => name);
  expect([...new Set(named.map(({ name }) => name))].sort()).toEqual([...hit, ...beyond].sort());
  if (verdict !== "safe") expect(hit.length).toBeGreaterThan(0);
  const graver = verdict === "breaking" ? [] : changes.filter((change) => change.verdict === "breaking");
  expect(graver).toEqual([]);
});

test("every operation is right before anything changes", () => {
  for (const { document } of operations) expect(validate(old, document)).toEqual([]);
});
