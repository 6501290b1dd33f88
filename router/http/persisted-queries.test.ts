/** Mistakes in automatic persisted queries, and parameters of a GET that say nothing. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { startLoneRouter } from "./testing/lone-router.ts";

let router: RunningHttp;
beforeAll(async () => void (router = await startLoneRouter({})));
afterAll(() => router.stop());

const query = "{ __typename }";
const hash = createHash("sha256").update(query).digest("hex");
const other = createHash("sha256").update("{ other }").digest("hex");

async function codeOf(response: Response): Promise<[number, string | undefined]> {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return [response.status, errors?.[0]?.extensions.code];
}
const post = async (body: object) =>
  codeOf(
    await fetch(`${router.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
const get = async (search: string) =>
  codeOf(await fetch(`${router.url}/graphql?${search}`, { headers: { "apollo-require-preflight": "1" } }));
const ask = async (persistedQuery: unknown, text?: string) => {
  const extensions = { persistedQuery };
  const params = new URLSearchParams({ extensions: JSON.stringify(extensions), ...(text ? { query: text } : {}) });
  const [posted, got] = [await post({ extensions, ...(text ? { query: text } : {}) }), await get(String(params))];
  expect(got).toEqual(posted);
  return posted;
};

test("each mistake has its own code, by POST and by GET", async () => {
  expect(await ask({ version: 1, sha256Hash: other })).toEqual([200, "PERSISTED_QUERY_NOT_FOUND"]);
  expect(await ask({ version: 1, sha256Hash: other }, query)).toEqual([400, "PERSISTED_QUERY_HASH_MISMATCH"]);
  expect(await ask({ version: 2, sha256Hash: hash }, query)).toEqual([400, "PERSISTED_QUERY_VERSION_NOT_SUPPORTED"]);
  for (const wrong of ["x", [], { version: 1 }, { version: 1, sha256Hash: 7 }, { version: 1, sha256Hash: "abc" }, {}])
    expect(await ask(wrong, query)).toEqual([400, "PERSISTED_QUERY_INVALID"]);
  expect(await ask({ version: 1, sha256Hash: hash }, query)).toEqual([200, undefined]);
  expect(await ask({ version: 1, sha256Hash: hash })).toEqual([200, undefined]);
});

test("an empty parameter of a GET counts as absent", async () => {
  const asked = `query=${encodeURIComponent(query)}`;
  for (const empty of [
    "variables=",
    "operationName=",
    "extensions=",
    "documentId=",
    "variables=&operationName=&extensions=",
  ])
    expect(await get(`${asked}&${empty}`)).toEqual([200, undefined]);
  expect(await get("query=")).toEqual([400, "BAD_REQUEST"]);
});
