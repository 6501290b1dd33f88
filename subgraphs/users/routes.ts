/** Plain HTTP beside the graph: the keys of access tokens, and which sessions have ended. */
import { json, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";
import type { Deps } from "./deps.ts";
import { endedSessionsRoute } from "./ended-sessions.ts";
import type { Env } from "./env.ts";
import { ensureKey, jwks } from "./keys/signing-keys.ts";

async function publicKeys(_request: HttpRequest, { db, clock, secrets }: Deps): Promise<HttpResponse> {
  await ensureKey(db, secrets.sealing, clock.now());
  return json(200, await jwks(db, clock.now()), { "cache-control": "public, max-age=15" });
}

/** By method and path. */
export const routesOf = (settings: Env) => ({
  "GET /ended-sessions": endedSessionsRoute(settings),
  "GET /.well-known/jwks.json": publicKeys,
});
