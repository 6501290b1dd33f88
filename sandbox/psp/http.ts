/** HTTP in Stripe's manner: keys, forms, idempotency, errors; no answer before its effects are on disk. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../../kit/server/log.ts";
import type { Env } from "./env.ts";
import { ApiError } from "./errors.ts";
import { parseForm } from "./form.ts";
import { storedAnswer, type Keys } from "./idempotency.ts";
import { expand } from "./lists.ts";
import { findRoute } from "./routes.ts";
import type { Store } from "./store.ts";
import { askHolder, holderAnswered } from "./three-d-secure.ts";
import { apiVersion, startWork, type Work } from "./work.ts";

type Answer = { status: number; headers?: Record<string, string>; body: string; hold?: boolean };

export type Provider = {
  store: Store;
  keys: Keys;
  settings: Env;
  log: Log;
  publicUrl: string;
  wake: () => void;
};

const maxBodyBytes = 1024 * 1024;
const json = { "content-type": "application/json" };

/** The request listener of the card provider. */
export function listener(provider: Provider): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = `req_${randomBytes(8).toString("hex")}`;
    const answer = await answerTo(provider, request, requestId).catch((error: unknown) => {
      if (error instanceof ApiError) return fromError(error);
      provider.log.error({ err: error, requestId }, "request failed");
      return fromError(new ApiError(500, { type: "api_error", message: "An unknown error occurred." }));
    });
    if (answer.hold) {
      await wait(provider.settings.HOLD_MS, undefined, { ref: false });
      response.destroy();
      return;
    }
    response.writeHead(answer.status, {
      ...json,
      "request-id": requestId,
      "stripe-version": apiVersion,
      ...answer.headers,
    });
    response.end(answer.body);
  };
}

const fromError = (error: ApiError): Answer => ({
  status: error.status,
  body: JSON.stringify(error.body),
  // An executed request would only be replayed, so a retry is of no use.
  headers: error.executed ? { "stripe-should-retry": "false" } : {},
});

async function answerTo(provider: Provider, request: IncomingMessage, requestId: string): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://provider");
  const method = request.method ?? "GET";
  if (url.pathname === "/health" || url.pathname === "/ready")
    return { status: 200, body: JSON.stringify({ status: "ok" }) };
  const body = await readBody(request);
  const page = /^\/3ds\/([A-Za-z0-9_]{1,80})$/.exec(url.pathname);
  if (page) return threeDSecure(provider, method, page[1]!, body);
  authorize(request, provider.settings.STRIPE_SECRET_KEY);
  const route = findRoute(method, url.pathname);
  if (!route) {
    throw new ApiError(404, {
      type: "invalid_request_error",
      message: `Unrecognized request URL (${method}: ${url.pathname}).`,
    });
  }
  const text = method === "GET" ? url.search.slice(1) : body;
  const given = request.headers["idempotency-key"];
  const key = method === "POST" && typeof given === "string" && given !== "" ? given : undefined;
  const account = accountNamed(request);
  // As with Stripe, the same request for another account is another request.
  const path = account === null ? url.pathname : `${url.pathname} of ${account}`;
  const keyed = key === undefined ? undefined : { key, path, form: text };
  const replay = keyed && provider.keys.claim(keyed);
  if (replay) return replayed(provider, replay);
  try {
    if (method === "POST") await wait(provider.settings.LATENCY_MS);
    const work = startWork(provider.store, {
      id: requestId,
      idempotencyKey: key ?? null,
      publicUrl: provider.publicUrl,
      account,
      settings: provider.settings,
    });
    return await run(provider, work, keyed, () => {
      const form = parseForm(text);
      return expand(work, route.handle(work, route.id, form), form);
    });
  } finally {
    if (keyed) provider.keys.release(keyed.key);
  }
}

/** The connected account that a request is for, or null. */
function accountNamed(request: IncomingMessage): string | null {
  const named = request.headers["stripe-account"];
  return typeof named === "string" && named !== "" ? named : null;
}

async function replayed(provider: Provider, stored: { status: number; body: string }): Promise<Answer> {
  await provider.store.flushed();
  return {
    status: stored.status,
    body: stored.body,
    headers: { "idempotent-replayed": "true", "stripe-should-retry": "false" },
  };
}

/** Runs one request: its effects and its stored answer become durable together, before the answer leaves. */
async function run(
  provider: Provider,
  work: Work,
  keyed: { key: string; path: string; form: string } | undefined,
  handle: () => object,
): Promise<Answer> {
  const answer = attempt(handle);
  if (keyed) work.put("answer", storedAnswer(keyed, answer.status, answer.body));
  work.commit();
  await provider.store.flushed();
  provider.wake();
  return {
    ...answer,
    ...(keyed ? { headers: { ...answer.headers, "idempotency-key": keyed.key } } : {}),
    hold: work.hold,
  };
}

function attempt(handle: () => object): Answer {
  try {
    return { status: 200, body: JSON.stringify(handle()) };
  } catch (error) {
    if (error instanceof ApiError && error.executed) return fromError(error);
    throw error;
  }
}

async function threeDSecure(provider: Provider, method: string, id: string, body: string): Promise<Answer> {
  const work = startWork(provider.store, {
    id: null,
    idempotencyKey: null,
    publicUrl: provider.publicUrl,
    settings: provider.settings,
  });
  if (method !== "POST") return askHolder(work, id);
  const page = holderAnswered(work, id, parseForm(body)["outcome"]);
  work.commit();
  await provider.store.flushed();
  provider.wake();
  return page;
}

function authorize(request: IncomingMessage, expected: string): void {
  const [scheme, credential = ""] = (request.headers.authorization ?? "").split(" ");
  const key =
    scheme?.toLowerCase() === "basic" ? Buffer.from(credential, "base64").toString().split(":")[0]! : credential;
  const given = Buffer.from(key);
  const wanted = Buffer.from(expected);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  const message = key ? `Invalid API Key provided: ${key.slice(0, 8)}***` : "You did not provide an API key.";
  throw new ApiError(401, { type: "invalid_request_error", message });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes)
      throw new ApiError(413, { type: "invalid_request_error", message: "The body is too large." });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
