/** What a request may say of an automatic persisted query; each mistake has a code of its own. */
import { createHash } from "node:crypto";
import { graphqlFailure, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";

const answers = {
  invalid: graphqlFailure(
    400,
    "PERSISTED_QUERY_INVALID",
    "extensions.persistedQuery has to be an object with version 1 and sha256Hash, a SHA-256 in hexadecimal.",
  ),
  version: graphqlFailure(
    400,
    "PERSISTED_QUERY_VERSION_NOT_SUPPORTED",
    "Only version 1 of persisted queries is supported.",
  ),
  mismatch: graphqlFailure(
    400,
    "PERSISTED_QUERY_HASH_MISMATCH",
    "extensions.persistedQuery.sha256Hash is not the hash of the query that came with it.",
  ),
} satisfies Record<string, HttpResponse>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a request says: in its body, or in the parameters of a GET. */
function paramsOf(request: HttpRequest, body: unknown): { query: unknown; extensions: unknown } | undefined {
  if (request.method !== "GET")
    return isRecord(body) ? { query: body["query"], extensions: body["extensions"] } : undefined;
  const { searchParams } = request.url;
  const text = searchParams.get("extensions");
  if (!text) return undefined;
  try {
    return { query: searchParams.get("query") || undefined, extensions: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** The answer to a request whose persisted query is not what it has to be; undefined for all others. */
export function persistedQueryFault(request: HttpRequest, body: unknown): HttpResponse | undefined {
  const params = paramsOf(request, body);
  if (!params || !isRecord(params.extensions)) return undefined;
  const { persistedQuery } = params.extensions;
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  if (!isRecord(persistedQuery)) return answers.invalid;
  const { version, sha256Hash } = persistedQuery;
  if (typeof version === "number" && version !== 1) return answers.version;
  if (version !== 1 || typeof sha256Hash !== "string" || !/^[0-9a-f]{64}$/i.test(sha256Hash)) return answers.invalid;
  const { query } = params;
  if (typeof query !== "string" || query === "") return undefined;
  return createHash("sha256").update(query).digest("hex") === sha256Hash ? undefined : answers.mismatch;
}
