/** Where a person's browser is to come back to from the card's issuer: always an address that is known to be ours. */
import type { HttpRequest } from "../../kit/server/http.ts";
import type { Env } from "../env.ts";
import { isLoopback } from "./loopback.ts";

type Settings = Pick<Env, "CORS_ORIGINS" | "PUBLIC_URL" | "NODE_ENV">;

/** The origin by which a client on this machine reached the router; null for any other name, which the client could have made up. */
function ownOrigin(host: string | undefined): string | null {
  const url = host === undefined ? null : URL.parse(`http://${host}`);
  return url && url.host === host && isLoopback(url.hostname) ? url.origin : null;
}

/**
 * The origin of the page that sent the request where CORS_ORIGINS has it, else that of PUBLIC_URL, else, outside production, the
 * router's own address on this machine as the client used it. Null where none of them is known; never what a client merely claims.
 */
export function returnOriginOf(settings: Settings, { headers }: Pick<HttpRequest, "headers">): string | null {
  const { origin, host } = headers;
  if (origin !== undefined && settings.CORS_ORIGINS.includes(origin)) return origin;
  if (settings.PUBLIC_URL !== undefined) return new URL(settings.PUBLIC_URL).origin;
  return settings.NODE_ENV === "production" ? null : ownOrigin(host);
}
