/**
 * Everything that was found to do harm, by name: each is answered with its code before a subgraph is asked. What is sent straight to
 * a subgraph goes to the real menu over a real Postgres.
 */
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDocumentStore, createTextStore } from "../../kit/document/document-store.ts";
import { newId } from "../../kit/id.ts";
import { testSubgraph } from "../../kit/testing/subgraph.ts";
import { env as menuEnv } from "../../subgraphs/menu/env.ts";
import { start as startMenu } from "../../subgraphs/menu/main.ts";
import { harmlessInputs, hostileInputs, longDocument, nestedMenus } from "./inputs.ts";
import { sendHostile, startRecorded, type Recorded } from "./recorded.ts";

describe.each([
  ["our engine", { ROUTER_ENGINE: "antar" }],
  ["stock gateway", { ROUTER_ENGINE: "apollo" }],
])("at the router, over %s", (_engine, settings) => {
  let router: Recorded;
  beforeAll(async () => void (router = await startRecorded(settings)));
  afterAll(() => router.stop());

  test.each(hostileInputs.map((input) => [input.name, input] as const))("%s", async (_name, input) => {
    // The second time it comes from whatever is kept of the first.
    for (let count = 0; count < 2; count++) {
      const { status, code, text } = await sendHostile(router.url, input);
      expect([status, code]).toEqual([input.status, input.code]);
      expect(text).not.toContain("hunter2");
    }
    expect(router.asked()).toBe(0);
  });

  test.each(harmlessInputs.map((input) => [input.name, input] as const))("%s", async (_name, input) => {
    expect((await sendHostile(router.url, input)).status).toBe(input.status);
    expect(router.asked()).toBe(0);
  });
});

describe("straight to a subgraph", () => {
  let menu: Awaited<ReturnType<typeof testSubgraph>>;
  beforeAll(async () => void (menu = await testSubgraph("menu", { start: startMenu, env: menuEnv })));
  afterAll(() => menu.stop());

  const representations = (count: number) =>
    Array.from({ length: count }, () => ({ __typename: "Restaurant", id: newId("rst") }));
  const entities = (selection: string) =>
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Restaurant { ${selection} } } }`;
  const codeOf = async (query: string, variables: object = {}) =>
    (await menu.graphql(query, variables)).errors?.[0]?.extensions.code;

  test.each([3, 6])("menus of menus, %i deep", async (levels) => {
    expect(await codeOf(nestedMenus(levels))).toBe("OPERATION_TOO_LARGE");
  });

  test("a thousand representations of menus of menus", async () => {
    const r = representations(1_000);
    expect(await codeOf(entities("menu { items { restaurant { menu { items { name } } } } }"), { r })).toBe(
      "OPERATION_TOO_LARGE",
    );
  });

  test("a thousand representations of restaurants are answered", async () => {
    const { data, errors } = await menu.graphql(entities("id name"), { r: representations(1_000) });
    expect(errors).toBeUndefined();
    expect(data._entities).toHaveLength(1_000);
  });

  test("ten thousand representations", async () => {
    expect(await codeOf(entities("id"), { r: representations(10_000) })).toBe("OPERATION_TOO_LARGE");
  });

  test("three hundred aliases", async () => {
    const aliases = Array.from({ length: 300 }, (_each, n) => `a${n}: restaurants { edges { cursor } }`).join(" ");
    expect(await codeOf(`{ ${aliases} }`)).toBe("OPERATION_TOO_LARGE");
  });
});

test("thousands of distinct documents of ten kilobytes: what is kept of them stays within its bytes", async () => {
  const [documents, texts] = [createDocumentStore(20_000_000), createTextStore(1_000_000)];
  for (let number = 0; number < 300; number++) {
    const text = longDocument(number);
    await documents.set(text, parse(text));
    await texts.set(String(number), text);
    expect(documents.bytes).toBeLessThanOrEqual(20_000_000);
    expect(texts.bytes).toBeLessThanOrEqual(1_000_000);
  }
  expect(await texts.get("299")).toBe(longDocument(299));
  expect(await texts.get("0")).toBeUndefined();
});
