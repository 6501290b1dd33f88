/** Directives of the graph's own in what clients write. */
import type { FieldNode, GraphQLResolveInfo } from "graphql";
import { expect, test } from "vitest";
import { ask, type Subgraph } from "./conformance.ts";

const definition = `directive @loud(times: Int! = 1, sign: String) on FIELD | QUERY`;

const argumentsOf = ({ directives = [] }: FieldNode): string =>
  directives
    .flatMap(({ name, arguments: args = [] }) => [
      `@${name.value}`,
      ...args.map((one) => `${one.name.value}=${"value" in one.value ? String(one.value.value) : one.value.kind}`),
    ])
    .join(" ");

/** Answers with the directives that reached the field. */
const heard = (_parent: unknown, _args: unknown, _context: unknown, { fieldNodes }: GraphQLResolveInfo): string =>
  fieldNodes.map(argumentsOf).join("; ");

const voices: Record<string, Subgraph> = {
  hall: {
    sdl: `${definition} type Query { song: Song title: String } type Song @key(fields: "id") { id: ID! opening: String }`,
    resolvers: { Query: { song: () => ({ id: "1" }), title: heard }, Song: { opening: heard } },
  },
  choir: {
    sdl: `${definition} type Song @key(fields: "id") { id: ID! refrain: String }`,
    resolvers: { Song: { __resolveReference: (reference: object) => reference, refrain: heard } },
  },
};

test("directives travel with their field, to whichever subgraph answers it", async () => {
  const query = `query ($sign: String) { title @loud(times: 2) song { opening refrain @loud(sign: $sign) @include(if: true) } }`;
  const { data, errors, requests } = await ask(voices, query, { sign: "!" });
  expect(errors).toEqual([]);
  expect(data).toEqual({ title: "@loud times=2", song: { opening: "", refrain: "@loud sign=Variable" } });
  expect(requests.find(({ subgraph }) => subgraph === "choir")?.variables["sign"]).toBe("!");
});

test("one field under two names, with a directive under one of them", async () => {
  const { data, errors } = await ask(voices, "{ plain: title title @loud other: title @loud(times: 3) }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ plain: "", title: "@loud", other: "@loud times=3" });
});

test("one field that is asked for twice carries the directives of both", async () => {
  const { data } = await ask(voices, "{ title @loud(times: 2) ... { title @loud(times: 2) title } }");
  expect(data).toEqual({ title: "@loud times=2" });
});

test("a directive that a feature brought may be written, and stays here", async () => {
  const feature = (scope: string) => `extend schema @link(url: "https://example.test/access/v1.0", import: ["@access"])
    @composeDirective(name: "@access") directive @access(scope: Scope! ${scope}) on FIELD enum Scope { PUBLIC PRIVATE }`;
  const subgraphs: Record<string, Subgraph> = {
    a: { sdl: `${feature("")} type Query { a: String }`, resolvers: { Query: { a: () => "a" } } },
    b: { sdl: `${feature("= PUBLIC")} type Query { b: String }`, resolvers: { Query: { b: () => "b" } } },
  };
  const { data, errors } = await ask(subgraphs, "{ a @access b @access(scope: PRIVATE) }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ a: "a", b: "b" });
  const wrong = await ask(subgraphs, "{ a @access(scope: SECRET) }");
  expect(wrong.data).toBeUndefined();
  expect(wrong.errors).toHaveLength(1);
});
