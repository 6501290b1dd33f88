/** Sends what is typed to the graph, as the chosen person, and reads one answer or many. */
import { boundaryOf, partsOf, resultOf } from "./multipart.ts";
import { operationNameFor } from "./operation-name.ts";
import { session } from "./session.ts";

type Params = { query: string; operationName?: string | null; variables?: unknown };
type Options = { headers?: Record<string, unknown> };

const accept = [
  'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  "multipart/mixed;deferSpec=20220824",
  "application/graphql-response+json",
  "application/json",
].join(", ");

/** Only what can answer in parts asks for parts, so that everything else gets plain JSON. */
const wantsParts = (query: string): boolean => /\bsubscription\b|@defer\b|@stream\b/.test(query);

async function ask(endpoint: string, params: Params, headers: Record<string, string>): Promise<Response> {
  const token = session.token();
  return fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: wantsParts(params.query) ? accept : "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ ...params, operationName: operationNameFor(params.query, params.operationName) }),
  });
}

async function* bytesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Leaving the page's loop ends the subscription at the router.
    await reader.cancel().catch(() => undefined);
  }
}

async function* resultsOf(body: ReadableStream<Uint8Array>, boundary: string): AsyncGenerator<object> {
  for await (const part of partsOf(bytesOf(body), boundary)) {
    const result = resultOf(part);
    if (result !== null) yield result;
  }
}

async function jsonOf(response: Response): Promise<object> {
  const text = await response.text();
  try {
    return JSON.parse(text) as object;
  } catch {
    return { errors: [{ message: `The router answered ${response.status} ${response.statusText}.` }] };
  }
}

const isUnauthenticated = (result: object): boolean =>
  (result as { errors?: { extensions?: { code?: string } }[] }).errors?.some(
    ({ extensions }) => extensions?.code === "UNAUTHENTICATED",
  ) ?? false;

/** A GraphiQL fetcher over `endpoint`. A token that has run out is renewed once where a demo account is chosen. */
export const createFetcher =
  (endpoint: string) =>
  async (params: Params, options?: Options): Promise<object> => {
    const headers = Object.fromEntries(
      Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    const response = await ask(endpoint, params, headers);
    const boundary = boundaryOf(response.headers.get("content-type") ?? "");
    if (boundary !== null && response.body) return resultsOf(response.body, boundary);
    const result = await jsonOf(response);
    if (!isUnauthenticated(result) || !(await session.renew())) return result;
    return jsonOf(await ask(endpoint, params, headers));
  };
