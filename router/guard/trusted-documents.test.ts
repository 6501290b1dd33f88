import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../../kit/server/http.ts";
import { parseTrustedDocuments, resolveTrusted } from "./trusted-documents.ts";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const text = "query Me { me { id } }";
const documents = new Map([[sha(text), text]]);

const post = (body: unknown): HttpRequest => ({
  method: "POST",
  url: new URL("http://localhost/graphql"),
  headers: {},
  rawBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  remoteAddress: "",
  signal: new AbortController().signal,
});
const get = (params: Record<string, string>): HttpRequest => ({
  ...post(""),
  method: "GET",
  url: new URL(`http://localhost/graphql?${new URLSearchParams(params).toString()}`),
});
const apq = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });

/** What would be run: the parameters after the guard, or the refusal. */
function outcome(request: HttpRequest, onlyTrusted: boolean): unknown {
  const result = resolveTrusted(request, documents, onlyTrusted);
  if (!result.ok) return result.error;
  const { url, rawBody, method } = result.value;
  return method === "GET" ? Object.fromEntries(url.searchParams) : (JSON.parse(rawBody.toString()) as unknown);
}

describe.each([true, false])("a registered operation (only registered ones: %s)", (only) => {
  test.each([
    ["by persisted-query hash", { extensions: apq(sha(text)) }],
    ["by upper-case hash", { extensions: apq(sha(text).toUpperCase()) }],
    ["by documentId", { documentId: `sha256:${sha(text)}` }],
    ["by bare documentId", { documentId: sha(text) }],
    ["by hash with its text", { query: text, extensions: apq(sha(text)) }],
  ])("%s", (_title, body) => {
    expect(outcome(post({ ...body, variables: { a: 1 } }), only)).toMatchObject({ query: text, variables: { a: 1 } });
    expect(JSON.stringify(outcome(post(body), only))).not.toContain("persistedQuery");
  });

  test("as text", () => expect(outcome(post({ query: text }), only)).toEqual({ query: text }));

  test("by GET, other parameters kept", () => {
    const variables = '{"a":1}';
    expect(outcome(get({ extensions: JSON.stringify(apq(sha(text))), variables }), only)).toEqual({
      query: text,
      variables,
    });
    expect(outcome(get({ documentId: `sha256:${sha(text)}` }), only)).toEqual({ query: text });
  });

  test("other extensions stay", () => {
    const body = { extensions: { ...apq(sha(text)), trace: "x" } };
    expect(outcome(post(body), only)).toEqual({ query: text, extensions: { trace: "x" } });
  });
});

describe("with the safelist on, everything else is refused", () => {
  test.each([
    ["another text", post({ query: "{ me { id email } }" })],
    ["the text with one more space", post({ query: `${text} ` })],
    ["introspection", post({ query: "{ __schema { types { name } } }" })],
    ["an unknown hash", post({ extensions: apq(sha("x")) })],
    ["an unknown documentId", post({ documentId: "sha256:00" })],
    ["registering a text under its hash", post({ query: "{ x }", extensions: apq(sha("{ x }")) })],
    ["another text under a registered hash", post({ query: "{ x }", extensions: apq(sha(text)) })],
    ["a batch", post([{ query: text }])],
    ["no operation", post({})],
    ["a name of every object", post({ documentId: "__proto__" })],
    ["a query that is no text", post({ query: { text } })],
    ["another text by GET", get({ query: "{ x }" })],
    ["a GET without anything", get({})],
    ["broken extensions by GET", get({ query: text, extensions: "{" })],
  ])("%s", (_title, request) => expect(outcome(request, true)).toBe("OPERATION_NOT_REGISTERED"));
});

describe("without it", () => {
  test("any text passes unchanged", () => {
    const request = post({ query: "{ x }" });
    expect(resolveTrusted(request, documents, false)).toEqual({ ok: true, value: request });
  });
  test("automatic persisted queries are left to Apollo Server", () => {
    const body = { query: "{ x }", extensions: apq(sha("{ x }")) };
    expect(outcome(post(body), false)).toEqual(body);
    expect(outcome(post({ extensions: apq(sha("{ x }")) }), false)).toEqual({ extensions: apq(sha("{ x }")) });
  });
  test("an unknown documentId is not found", () => {
    expect(outcome(post({ documentId: "sha256:00" }), false)).toBe("PERSISTED_QUERY_NOT_FOUND");
  });
  test("malformed JSON is left to the HTTP layer", () => {
    const request = post("{");
    expect(resolveTrusted(request, documents, true)).toEqual({ ok: true, value: request });
  });
});

describe("the registry", () => {
  test("the committed one is read, each document under its hash", () => {
    const file = join(import.meta.dirname, "../../schema/operations.json");
    expect(parseTrustedDocuments(readFileSync(file, "utf8")).size).toBeGreaterThan(50);
  });
  test("a document under another hash is refused", () => {
    const forged = JSON.stringify({ operations: { [sha("x")]: { document: text } } });
    expect(() => parseTrustedDocuments(forged)).toThrow(/does not have the hash/);
  });
  test("something else is refused", () => expect(() => parseTrustedDocuments("{}")).toThrow(/no operations/));
});
