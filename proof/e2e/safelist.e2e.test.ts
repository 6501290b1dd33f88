/** The safelist through the public door: every registered operation runs, nothing else does. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registeredOperations } from "../../schema/operations/registry.ts";
import { send, type Answer } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

const operations = registeredOperations(join(import.meta.dirname, "../../schema/operations.json"));
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const unregistered = "{ restaurants(first: 1, near: { latitude: -6.2, longitude: 106.8 }) { edges { node { id } } } }";
const refused = "OPERATION_NOT_REGISTERED";

let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path, { TRUSTED_DOCUMENTS: "on" });
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

const codes = ({ errors }: Answer<unknown>) => errors.map(({ extensions }) => extensions?.code);
const post = (body: unknown) => send(system.url, JSON.stringify(body));

test("every registered operation is let through, by each way of naming it", async () => {
  expect(operations.length).toBeGreaterThan(50);
  const stopped: string[] = [];
  for (const { name, hash, text } of operations)
    for (const named of [
      { documentId: `sha256:${hash}` },
      { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } },
      { query: text },
    ]) {
      const answer = await post({ ...named, variables: {} });
      // Without its variables an operation may be answered by a coded error, but by its own, not the gate's.
      const answered = answer.data !== undefined || codes(answer).every((code) => code !== undefined);
      if (codes(answer).includes(refused) || !answered) stopped.push(`${name}: ${answer.text}`);
    }
  expect(stopped).toEqual([]);
});

test("a registered operation answers with data", async () => {
  const search = operations.find(({ name }) => name === "SearchRestaurants");
  const variables = { near: { latitude: -6.2, longitude: 106.8167 }, first: 2 };
  const answer = await post({ documentId: search?.hash, variables });
  expect(answer).toMatchObject({ status: 200, errors: [], data: { restaurants: { edges: expect.any(Array) } } });
});

describe("refused, with nothing told of the schema", () => {
  test.each<[string, unknown]>([
    ["a text of one's own", { query: unregistered }],
    ["introspection", { query: "{ __schema { types { name } } }" }],
    ["even the type of the root", { query: "{ __typename }" }],
    ["an unknown hash", { extensions: { persistedQuery: { version: 1, sha256Hash: sha(unregistered) } } }],
    ["an unknown document id", { documentId: sha(unregistered) }],
    [
      "registering a text",
      { query: unregistered, extensions: { persistedQuery: { version: 1, sha256Hash: sha(unregistered) } } },
    ],
    ["a batch", [{ query: unregistered }, { query: unregistered }]],
    ["a batch of registered operations", [{ documentId: operations[0]?.hash }]],
    ["a text that is no GraphQL", { query: "{" }],
    ["nothing", {}],
  ])("%s", async (_title, body) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 403, data: undefined });
    expect(codes(answer)).toEqual([refused]);
    expect(answer.text).not.toMatch(/restaurants|Query|Did you mean/);
  });

  test("a registered text is not registered with one more space", async () => {
    const answers = await Promise.all(operations.map(({ text }) => post({ query: `${text} ` })));
    expect(answers.filter((answer) => codes(answer)[0] !== refused)).toEqual([]);
  });

  test("by GET too, and after an attempt to register", async () => {
    const hash = { persistedQuery: { version: 1, sha256Hash: sha(unregistered) } };
    await post({ query: unregistered, extensions: hash });
    for (const parameters of [
      { query: unregistered },
      { extensions: JSON.stringify(hash) },
      { query: "{ __typename }" },
    ]) {
      const response = await fetch(`${system.url}?${new URLSearchParams(parameters as never).toString()}`, {
        headers: { "apollo-require-preflight": "yes" },
      });
      expect(response.status).toBe(403);
      expect(await response.text()).toContain(refused);
    }
  });
});
