/** Over both engines: what is the client's mistake keeps a code that says so, and a change that may have happened is never called an outage. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { subgraphNames } from "../../schema/subgraphs.ts";
import { startLoneRouter } from "./testing/lone-router.ts";

type Answer = (response: ServerResponse) => void;
type Seen = { status: number; data: unknown; codes: (string | undefined)[]; messages: string[] };

const json = { "content-type": "application/json" };
const failing =
  (status: number, code: string): Answer =>
  (response) =>
    response.writeHead(status, json).end(JSON.stringify({ errors: [{ message: "No.", extensions: { code } }] }));

let server: Server;
let subgraph = "";
let answer: Answer;
let asked = 0;
/** Where nobody listens. */
let nowhere = "";

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const closed = createServer();
  nowhere = await listening(closed);
  closed.close();
  server = createServer((request, response) => {
    asked++;
    void text(request).then(() => answer(response));
  });
  subgraph = await listening(server);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(["antar", "apollo"])("by %s", (engine) => {
  let router: RunningHttp;
  let unreachable: RunningHttp;
  const open = (url: string) =>
    startLoneRouter({
      ROUTER_ENGINE: engine,
      SUBGRAPH_TIMEOUT_MS: "300",
      SUBGRAPH_URLS: JSON.stringify(Object.fromEntries(subgraphNames.map((name) => [name, url]))),
    });
  beforeAll(async () => {
    router = await open(subgraph);
    unreachable = await open(nowhere);
  });
  afterAll(async () => {
    await router.stop();
    await unreachable.stop();
  });
  beforeEach(() => {
    asked = 0;
    answer = failing(500, "INTERNAL_SERVER_ERROR");
  });

  async function ask(query: string, variables: object = {}, { url } = router): Promise<Seen> {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${url}/graphql`, { method: "POST", headers: json, body });
    const { data, errors = [] } = (await response.json()) as {
      data: unknown;
      errors?: { message: string; extensions: { code?: string } }[];
    };
    const codes = errors.map(({ extensions }) => extensions.code);
    return { status: response.status, data, codes, messages: errors.map(({ message }) => message) };
  }

  const quote = `mutation Quote($input: QuoteCartInput!) { quoteCart(input: $input) { __typename } }`;
  const cart = { restaurantId: "rst_1", lines: [], fulfilment: "PICKUP", tipMinor: 0 };
  const balance = (day: string, currency = '"IDR"') => `{ trialBalance(day: ${day}, currency: ${currency}) { day } }`;

  test.each<[string, string, object, string]>([
    ["a time as a variable", quote, { input: { ...cart, scheduledFor: "tomorrow" } }, "BAD_USER_INPUT"],
    ["a time before all times", quote, { input: { ...cart, scheduledFor: "0000-01-01T00:00:00Z" } }, "BAD_USER_INPUT"],
    ["a time after all", quote, { input: { ...cart, scheduledFor: "9999-12-31T23:59:59-14:00" } }, "BAD_USER_INPUT"],
    ["an integer that no double holds", quote, { input: { ...cart, tipMinor: 2 ** 53 } }, "BAD_USER_INPUT"],
    ["an integer as text", quote, { input: { ...cart, tipMinor: "1" } }, "BAD_USER_INPUT"],
    ["a day as a literal", balance('"2026-02-30"'), {}, "GRAPHQL_VALIDATION_FAILED"],
    ["a day before all days", balance('"0000-01-01"'), {}, "GRAPHQL_VALIDATION_FAILED"],
    ["a currency as a literal", balance('"2026-02-03"', '"rupiah"'), {}, "GRAPHQL_VALIDATION_FAILED"],
    [
      "a time nested in a literal",
      `mutation { quoteCart(input: { restaurantId: "rst_1", lines: [], fulfilment: PICKUP, scheduledFor: 1 }) { __typename } }`,
      {},
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "a day as a default",
      `query($day: LocalDate = "someday") { trialBalance(day: $day, currency: "IDR") { day } }`,
      {},
      "GRAPHQL_VALIDATION_FAILED",
    ],
  ])("%s is refused before any subgraph is asked", async (_, query, variables, code) => {
    expect(await ask(query, variables)).toMatchObject({ status: 400, codes: [code] });
    expect(asked).toBe(0);
  });

  test.each([
    [400, "BAD_USER_INPUT"],
    [400, "GRAPHQL_VALIDATION_FAILED"],
    [403, "FORBIDDEN"],
    [429, "RATE_LIMITED"],
  ])("a subgraph's %d keeps its code, %s", async (status, code) => {
    answer = failing(status, code);
    const forQuery = await ask("{ me { id } }");
    expect([forQuery.codes, forQuery.messages]).toEqual([[code], ["No."]]);
    expect((await ask(quote, { input: cart })).codes).toEqual([code]);
  });

  test("a subgraph that refuses the router itself is an outage, and tells nothing", async () => {
    answer = failing(401, "UNAUTHENTICATED");
    const { codes, messages } = await ask("{ me { id } }");
    expect(codes).toEqual(["SUBGRAPH_UNAVAILABLE"]);
    expect(messages).not.toContain("No.");
    expect((await ask(quote, { input: cart })).codes).toEqual(["SUBGRAPH_UNAVAILABLE"]);
  });

  test.each<[string, Answer]>([
    ["never answers", () => {}],
    ["breaks off before its answer", (response) => void response.destroy()],
    ["breaks off in its answer", (response) => response.writeHead(200, json).write("{", () => response.destroy())],
    ["answers half of its JSON", (response) => response.writeHead(200, json).end('{"data":{')],
    ["stands behind a proxy that lost it", (response) => response.writeHead(502).end("<html>")],
    ["fails in its own server", failing(500, "INTERNAL_SERVER_ERROR")],
  ])("of a subgraph that %s, a mutation's outcome is unknown and a query's an outage", async (_, respond) => {
    answer = respond;
    const changed = await ask(quote, { input: cart });
    expect(changed.codes).toEqual(["OUTCOME_UNKNOWN"]);
    expect(asked).toBe(1);
    expect((await ask("{ me { id } }")).codes).toEqual(["SUBGRAPH_UNAVAILABLE"]);
  });

  test("a mutation that surely was not sent is an outage", async () => {
    expect((await ask(quote, { input: cart }, unreachable)).codes).toEqual(["SUBGRAPH_UNAVAILABLE"]);
  });

  const register = (n: number) =>
    `r${n}: register(input: { email: "a${n}@b.test", password: "12345678", displayName: "A" }) { __typename }`;
  const registers = (count: number) => Array.from({ length: count }, (_, n) => register(n)).join(" ");

  test("sixty mutations in one request are refused, spread over fragments too; five are not", async () => {
    const refused = { status: 400, codes: ["BAD_USER_INPUT"] };
    expect(await ask(`mutation { ${registers(60)} }`)).toMatchObject({ status: 400, codes: ["OPERATION_TOO_LARGE"] });
    expect(await ask(`mutation { ${registers(12)} }`)).toMatchObject(refused);
    const fragments = `mutation { ...A ... { ${register(3)} ...B } } fragment A on Mutation { ${registers(3)} }
      fragment B on Mutation { ${register(4)} ${register(5)} }`;
    expect(await ask(fragments)).toMatchObject(refused);
    expect(asked).toBe(0);
    await ask(`mutation { ${registers(5)} }`);
    expect(asked).toBeGreaterThan(0);
  });
});
