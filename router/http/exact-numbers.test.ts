/** Numbers that a double cannot hold, over HTTP from end to end: answers, variables, literals and keys. */
import { createServer, type IncomingMessage } from "node:http";
import { mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { composeGraph } from "../engine/in-process-graph.ts";
import pino from "pino";
import { startOpenRouter } from "./open-router.ts";
import { standaloneLimits } from "./testing/standalone-limits.ts";

const sdl = `scalar Long scalar Json input Filter { min: Long list: [Long!] json: Json name: String }
  type Query { long: Long json: Json float: Float int: Int id: ID longs: [[Long]] items: [Item] both: Item
    echo(v: Long, l: [Long], f: Filter, j: Json, i: ID): Long }
  type Mutation { keep(v: Long!): Long }
  type Item @key(fields: "id") { id: Long amount: Long }`;
const more = `scalar Long type Item @key(fields: "id") { id: Long amount: Long @external name: String twice: String @requires(fields: "amount") }`;

let answer = "";
const sent: Record<string, string[]> = { a: [], b: [] };
const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
};
const servers = ["a", "b"].map((name) =>
  createServer((request, response) => {
    void textOf(request).then((text) => {
      sent[name]?.push(text);
      response.setHeader("content-type", "application/json");
      if (name === "a") return response.end(answer);
      const entities = [...text.matchAll(/\{"__typename":"Item"[^}]*\}/g)].map(([one]) => {
        const [, id] = /"id":([^,}]+)/.exec(one) ?? [];
        const [, amount] = /"amount":([^,}]+)/.exec(one) ?? [];
        return `{"name":"n${id}","twice":"t${amount}"}`;
      });
      return response.end(`{"data":{"_entities":[${entities.join()}]}}`);
    });
  }),
);
let url = "";
let stop: () => Promise<void> = async () => {};

beforeAll(async () => {
  for (const server of servers) await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const [a, b] = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const supergraph = composeGraph({ a: { sdl }, b: { sdl: more } })
    .replace('"http://a"', `"${a}"`)
    .replace('"http://b"', `"${b}"`);
  const file = join(mkdtempSync(join(tmpdir(), "antar-numbers-")), "supergraph.graphql");
  writeFileSync(file, supergraph);
  const router = await startOpenRouter({
    supergraphFile: file,
    host: "127.0.0.1",
    port: 0,
    introspection: false,
    subgraphErrors: true,
    timeoutMs: 30_000,
    maxAnswerBytes: 1_000_000,
    ...standaloneLimits,
    maxBodyBytes: 100_000,
    fastLane: true,
    log: pino({ level: "silent" }),
  });
  url = `${router.url}/graphql`;
  stop = router.stop;
});
afterAll(async () => {
  await stop();
  for (const server of servers) server.close();
});

async function ask(query: string, variables = "{}"): Promise<string> {
  sent["a"] = [];
  sent["b"] = [];
  const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return (await response.text()).trim();
}

const odd = [
  "9007199254740993",
  "-9007199254740993",
  "-0",
  "1e400",
  "0.1234567890123456789",
  "123456789012345678901234567890",
  "1E-400",
];

describe.each(odd)("%s", (number) => {
  test("comes from a custom scalar as it was, also the second time", async () => {
    answer = `{"data":{"long":${number}}}`;
    for (const _time of [1, 2]) expect(await ask("{ long }")).toBe(`{"data":{"long":${number}}}`);
  });
  test("comes from within lists and JSON", async () => {
    answer = `{"data":{"longs":[[1,${number}],null],"json":{"a":[{"b": ${number}}],"c":"1, ${number}"}}}`;
    expect(await ask("{ longs json }")).toBe(
      `{"data":{"longs":[[1,${number}],null],"json":{"a":[{"b":${number}}],"c":"1, ${number}"}}}`,
    );
  });
  test("goes to a subgraph in a variable, in an input object and in JSON", async () => {
    answer = '{"data":{"echo__own":1}}';
    const query = "query($v: Long, $l: [Long], $f: Filter, $j: Json) { echo(v: $v, l: $l, f: $f, j: $j) }";
    const variables = `{"v":${number},"l":[${number}],"f":{"min":${number},"json":[${number}]},"j":{"x":${number}}}`;
    for (const _time of [1, 2]) {
      await ask(query, variables);
      expect(sent["a"]?.[0]).toContain(
        `"v":${number},"l":[${number}],"f":{"min":${number},"json":[${number}]},"j":{"x":${number}}`,
      );
    }
  });
  test("goes to a subgraph as a literal, alone and within", async () => {
    answer = '{"data":{"echo__own":1}}';
    await ask(
      `query($n: String, $x: Json) { echo(v: ${number}, l: [1, ${number}], f: {min: ${number}, list: [${number}], name: $n, json: {deep: [${number}]}}, j: [${number}, $x]) }`,
      '{"n":"name","x":"given"}',
    );
    const { query, variables } = JSON.parse(sent["a"]?.[0] ?? "{}") as { query: string; variables: object };
    expect(query).toContain(`v:${number}`);
    expect(query).toMatch(new RegExp(`l:\\[1[ ,]${number}\\]`));
    expect(query).toContain(`min:${number}`);
    expect(query).toContain(`list:[${number}]`);
    expect(query).toContain(`deep:[${number}]`);
    expect(query).toMatch(new RegExp(`j:\\[${number}[ ,]?\\$x\\]`));
    expect(query).not.toContain("_antar");
    expect(variables).toEqual({ n: "name", x: "given" });
  });
  test("goes to a subgraph as the default of a variable", async () => {
    answer = '{"data":{"echo__own":1}}';
    await ask(`query($v: Long = ${number}) { echo(v: $v) }`);
    expect(sent["a"]?.[0]).toContain(`$v:Long=${number}`);
  });
  test("is passed on in a key and in what is required", async () => {
    answer = `{"data":{"items":[{"__typename":"Item","id":${number},"amount":${number}},{"__typename":"Item","id":1,"amount":2}]}}`;
    expect(await ask("{ items { name twice } }")).toBe(
      `{"data":{"items":[{"name":"n${number}","twice":"t${number}"},{"name":"n1","twice":"t2"}]}}`,
    );
  });
});

test("keys that round to the same double are two entities, equal ones are one", async () => {
  const ids = ["9007199254740992", "9007199254740993", "9007199254740992"];
  answer = `{"data":{"items":[${ids.map((id) => `{"__typename":"Item","id":${id}}`).join()}]}}`;
  expect(await ask("{ items { name } }")).toBe(`{"data":{"items":[${ids.map((id) => `{"name":"n${id}"}`).join()}]}}`);
  expect(sent["b"]?.[0]?.match(/__typename/g)).toHaveLength(2);
});

test("variables of a GET request", async () => {
  answer = '{"data":{"echo__own":1}}';
  sent["a"] = [];
  const search = new URLSearchParams({ query: "query($v: Long) { echo(v: $v) }", variables: '{"v":9007199254740993}' });
  await fetch(`${url}?${search.toString()}`, { headers: { "content-type": "application/json" } });
  expect(sent["a"][0]).toContain('"v":9007199254740993');
});

test("variables and literals of a mutation", async () => {
  answer = '{"data":{"a__own":9007199254740993,"b__own":1,"keep__own":1}}';
  await ask("mutation($v: Long!) { a: keep(v: $v) b: keep(v: 9007199254740995) }", '{"v":9007199254740993}');
  expect(sent["a"]?.join()).toMatch(/9007199254740995.*9007199254740993/);
});

test("Float, Int and ID are what the specification says", async () => {
  answer =
    '{"data":{"float":0.1234567890123456789,"int":9007199254740993,"id":9007199254740993,"long":9007199254740993}}';
  const { data } = JSON.parse(await ask("{ float int id }")) as { data: unknown };
  expect(data).toEqual({ float: 0.12345678901234568, int: null, id: "9007199254740993" });
  answer = '{"data":{"float":1.0,"int":1.0,"id":1,"long":9007199254740993}}';
  expect(await ask("{ float int id long }")).toBe('{"data":{"float":1,"int":1,"id":"1","long":9007199254740993}}');
});

test("an ID given as a number is passed on", async () => {
  answer = '{"data":{"echo__own":1}}';
  await ask("{ echo(i: 9007199254740993) }");
  expect(sent["a"]?.[0]).toContain("i:9007199254740993");
});
