/**
 * Trusted documents: a client names a registered operation by the hash of its text instead of sending it, and in production
 * nothing else is let through. Decided from the request alone, before anything is parsed as GraphQL.
 */
import { parseJson } from "../engine/exact-json.ts";
import { createHash } from "node:crypto";
import type { HttpRequest } from "../../kit/server/http.ts";
import { err, ok, type Result } from "../../kit/result.ts";

/** Registered texts by SHA-256, lower-case hex. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** Why a request is refused; `OPERATION_NOT_REGISTERED` when only registered operations are let through. */
export type Refusal = "OPERATION_NOT_REGISTERED" | "PERSISTED_QUERY_NOT_FOUND";

type Params = { query?: unknown; documentId?: unknown; extensions?: unknown };

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function persistedHash(extensions: unknown): string | undefined {
  if (typeof extensions !== "object" || extensions === null) return undefined;
  const { persistedQuery } = extensions as { persistedQuery?: { sha256Hash?: unknown } | null };
  const hash = persistedQuery?.sha256Hash;
  return typeof hash === "string" ? hash.toLowerCase() : undefined;
}

const documentHash = (documentId: unknown): string | undefined =>
  typeof documentId === "string" ? documentId.replace(/^sha256:/, "").toLowerCase() : undefined;

/** The text to run instead of what was sent; null to run what was sent. */
function textFor(params: Params, documents: TrustedDocuments, onlyTrusted: boolean): Result<string | null, Refusal> {
  const byId = documentHash(params.documentId);
  const hash = byId ?? persistedHash(params.extensions);
  const { query } = params;
  if (hash === undefined) {
    if (!onlyTrusted) return ok(null);
    return typeof query === "string" && documents.get(sha256(query)) === query
      ? ok(null)
      : err("OPERATION_NOT_REGISTERED");
  }
  const text = documents.get(hash);
  const contradicted = typeof query === "string" && query !== text;
  if (text !== undefined && !contradicted) return ok(text);
  if (onlyTrusted) return err("OPERATION_NOT_REGISTERED");
  // Without the safelist Apollo's own automatic persisted queries answer what is not registered.
  return byId === undefined || typeof query === "string" ? ok(null) : err("PERSISTED_QUERY_NOT_FOUND");
}

const withoutPersistedQuery = (extensions: unknown): unknown => {
  if (typeof extensions !== "object" || extensions === null) return extensions;
  const { persistedQuery: _dropped, ...rest } = extensions as Record<string, unknown>;
  return rest;
};

function rewritePost(request: HttpRequest, documents: TrustedDocuments, onlyTrusted: boolean) {
  let body: unknown;
  try {
    // As it was written, since it is written again.
    body = parseJson(request.rawBody.toString("utf8"), 2);
  } catch {
    return ok(request);
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return onlyTrusted ? err("OPERATION_NOT_REGISTERED" as const) : ok(request);
  const { documentId, ...params } = body as Params;
  const found = textFor({ ...params, documentId }, documents, onlyTrusted);
  if (!found.ok) return found;
  if (found.value === null) return ok(request);
  const rewritten = { ...params, query: found.value, extensions: withoutPersistedQuery(params.extensions) };
  return ok({ ...request, rawBody: Buffer.from(JSON.stringify(rewritten)) });
}

function rewriteGet(request: HttpRequest, documents: TrustedDocuments, onlyTrusted: boolean) {
  const search = new URLSearchParams(request.url.search);
  let extensions: unknown;
  try {
    extensions = JSON.parse(search.get("extensions") || "null");
  } catch {
    return onlyTrusted ? err("OPERATION_NOT_REGISTERED" as const) : ok(request);
  }
  // A parameter without a value counts as absent.
  const query = search.get("query") || undefined;
  const found = textFor(
    { query, documentId: search.get("documentId") || undefined, extensions },
    documents,
    onlyTrusted,
  );
  if (!found.ok) return found;
  if (found.value === null) return ok(request);
  search.set("query", found.value);
  search.delete("documentId");
  search.delete("extensions");
  const url = new URL(request.url);
  url.search = search.toString();
  return ok({ ...request, url });
}

/**
 * The request with a registered operation's hash replaced by its text. With `onlyTrusted`, anything that is not a registered
 * operation is refused: unknown hashes, other texts, batches, and attempts to register a text under a hash.
 */
export function resolveTrusted(
  request: HttpRequest,
  documents: TrustedDocuments,
  onlyTrusted: boolean,
): Result<HttpRequest, Refusal> {
  return request.method === "GET"
    ? rewriteGet(request, documents, onlyTrusted)
    : rewritePost(request, documents, onlyTrusted);
}

/** Reads schema/operations.json. Throws when it is no registry. */
export function parseTrustedDocuments(text: string): TrustedDocuments {
  const { operations } = JSON.parse(text) as { operations?: Record<string, { document?: unknown }> };
  if (typeof operations !== "object" || operations === null) throw new Error("no operations in the registry");
  return new Map(
    Object.entries(operations).map(([hash, { document }]) => {
      if (typeof document !== "string" || sha256(document) !== hash)
        throw new Error(`the registered operation ${hash.slice(0, 12)} does not have the hash that it is kept under`);
      return [hash, document];
    }),
  );
}
