/** A small HTTP server over node:http: exact routes and flat folders, bounded bodies, Apollo Server behind `/graphql`, a clean stop. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HeaderMap, type ApolloServer, type BaseContext } from "@apollo/server";
import { BodyLost, BodyTooLarge, BodyTooSlow, readBody, refuse } from "./http-body.ts";
import { err, ok, type Result } from "../result.ts";

export type HttpRequest = {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  rawBody: Buffer;
  remoteAddress: string;
  /** Aborts when the client goes away before it has its answer, or the time for that is over. */
  signal: AbortSignal;
};
/** A body in chunks is written as they come; when the client goes away the iteration is ended. */
export type HttpResponse = {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer | AsyncIterable<string>;
};
/** Answers one route; throwing gives a bare 500. */
export type Route = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;
export type RunningHttp = { url: string; port: number; stop(): Promise<void> };

/** Of answers that are nobody's to keep. */
export const notKept = { "cache-control": "no-store" };

/** A JSON response. */
export const json = (status: number, value: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(value),
});

/** A response in the shape of a GraphQL error, for requests refused before Apollo Server sees them. */
export const graphqlFailure = (status: number, code: string, message: string): HttpResponse =>
  json(status, { errors: [{ message, extensions: { code } }] });

/** Resolves when the connection takes more, or nothing any more. */
const writable = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      response.off("drain", settle).off("close", settle);
      resolve();
    };
    response.on("drain", settle).on("close", settle);
  });

async function sendChunks(
  response: ServerResponse,
  chunks: AsyncIterable<string>,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await writable(response);
    }
    response.end();
  } catch (error) {
    onError(error);
    // What was begun cannot be taken back: the client sees an answer that was cut off.
    response.destroy();
  }
}

function send(
  response: ServerResponse,
  { status, headers, body = "" }: HttpResponse,
  onError: (error: unknown) => void,
): void {
  response.writeHead(status, { "x-content-type-options": "nosniff", ...headers });
  if (typeof body === "string" || Buffer.isBuffer(body)) response.end(body);
  else void sendChunks(response, body, onError);
}

/** Aborts when the connection closes before the answer was written, or its time is over. */
function goneSignal(response: ServerResponse, answerTimeoutMs: number | undefined): AbortSignal {
  const controller = new AbortController();
  const timer = answerTimeoutMs === undefined ? undefined : setTimeout(() => controller.abort(), answerTimeoutMs);
  response.once("close", () => {
    clearTimeout(timer);
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function answerOf(
  request: IncomingMessage,
  { routes, maxBodyBytes, bodyTimeoutMs = defaultBodyTimeoutMs }: ListenOptions,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const url = URL.parse(request.url ?? "/", "http://localhost");
  if (!url) return json(404, { error: "not found" });
  const method = request.method ?? "GET";
  const folder = url.pathname.slice(0, url.pathname.lastIndexOf("/"));
  const route = routes[`${method} ${url.pathname}`] ?? routes[`* ${url.pathname}`] ?? routes[`${method} ${folder}/*`];
  if (!route) return json(404, { error: "not found" });
  const rawBody = await readBody(request, maxBodyBytes, bodyTimeoutMs);
  const { headers, socket } = request;
  return route({ method, url, headers, rawBody, remoteAddress: socket.remoteAddress ?? "", signal });
}

/** How to listen, and whom to answer. */
export type ListenOptions = {
  host: string;
  port: number;
  routes: Record<string, Route>;
  maxBodyBytes: number;
  /** Longest time from a request's headers to the end of its body, milliseconds; default 8 000. */
  bodyTimeoutMs?: number;
  /** Longest time until a request's signal aborts, milliseconds; default: it does so only when the client goes away. */
  answerTimeoutMs?: number;
  /** Headers of answers that no route gave: refused bodies, and what a route threw. */
  headersOf?(request: Pick<IncomingMessage, "headers">): Record<string, string>;
  onError(error: unknown): void;
};

/** With the time that headers may take, a request has come after 10 s, or never does. */
const defaultBodyTimeoutMs = 8_000;

/** What is answered in place of a route, and whether that ends the connection. */
function failureOf(error: unknown): { failure: HttpResponse; refused: boolean } {
  if (error instanceof BodyTooLarge)
    return { failure: graphqlFailure(413, "BAD_REQUEST", "The request body is too large."), refused: true };
  if (error instanceof BodyTooSlow)
    return { failure: graphqlFailure(408, "BAD_REQUEST", "The request body took too long to come."), refused: true };
  const failure = graphqlFailure(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.");
  return { failure, refused: false };
}

function answerFailure(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { headersOf, onError }: ListenOptions,
): void {
  // Who closed the connection is no fault of anybody here, and reads no answer.
  if (error instanceof BodyLost) return;
  const { failure, refused } = failureOf(error);
  if (!refused) onError(error);
  if (response.headersSent || response.destroyed) return;
  const headers = { ...failure.headers, ...headersOf?.(request) };
  if (!refused) send(response, { ...failure, headers }, onError);
  else {
    const named = { "x-content-type-options": "nosniff", ...headers };
    refuse(request, response, { status: failure.status, headers: named, body: failure.body as string }).catch(onError);
  }
}

/**
 * Listens and answers `routes`: `"GET /health"`, `"* /graphql"` for any method, `"GET /docs/*"` for what lies directly in a folder.
 * Port 0 takes any free one; a busy port rejects with EADDRINUSE.
 */
export async function listen(options: ListenOptions): Promise<RunningHttp> {
  const server: Server = createServer({
    // The first is for the whole request and the net below the body's own time; both act at the interval's next turn only.
    requestTimeout: 9_000,
    headersTimeout: 9_000,
    connectionsCheckingInterval: 500,
  });
  server.on("request", (request, response) => {
    answerOf(request, options, goneSignal(response, options.answerTimeoutMs)).then(
      (answer) => {
        // Else a client that keeps its connection would hold up the stop.
        if (!server.listening) response.shouldKeepAlive = false;
        send(response, answer, options.onError);
      },
      (error: unknown) => answerFailure(request, response, error, options),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

const isJson = (contentType: string | undefined) =>
  contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";

/** What a request's body says, undefined without one. Malformed JSON is a 400 with a coded error, a body that is not said to be JSON a 415. */
export function readGraphqlBody({ rawBody, headers }: HttpRequest): Result<unknown, HttpResponse> {
  if (rawBody.length === 0) return ok(undefined);
  if (!isJson(headers["content-type"]))
    return err(
      graphqlFailure(415, "BAD_REQUEST", "The request body has to be JSON, with content-type application/json."),
    );
  try {
    return ok(JSON.parse(rawBody.toString("utf8")));
  } catch {
    return err(graphqlFailure(400, "BAD_REQUEST", "The request body is not JSON."));
  }
}

/** The query of a GET, without parameters that have no value: they count as absent. */
function givenSearch({ method, url }: HttpRequest): string {
  if (method !== "GET" || !/=(?:&|$)/.test(url.search)) return url.search;
  const given = new URLSearchParams([...url.searchParams].filter(([, value]) => value !== ""));
  return `?${given.toString()}`;
}

/** Runs one HTTP request with the parsed `body` through `server`. Answers are nobody's to keep, unless the server says otherwise. */
export async function executeGraphql<Context extends BaseContext>(
  server: ApolloServer<Context>,
  request: HttpRequest,
  body: unknown,
  context: Context,
): Promise<HttpResponse> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search: givenSearch(request), body },
    context: async () => context,
  });
  return {
    status: response.status ?? 200,
    headers: { ...notKept, ...Object.fromEntries(response.headers) },
    body: response.body.kind === "complete" ? response.body.string : response.body.asyncIterator,
  };
}
