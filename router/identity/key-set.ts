/** The keys that access tokens are verified by: fetched ahead, kept fresh beside the requests, outliving an outage of their publisher. */
import { createRemoteJWKSet, type JWTVerifyGetKey } from "jose";

/** How old the keys get before they are fetched anew, ms: how long a withdrawn key still counts. */
const freshForMs = 60_000;
/** How long keys are used when they cannot be fetched, ms; by then every token that they signed has expired. */
const usableForMs = 3_600_000;

/**
 * The keys published at `jwksUrl` (RFC 7517). `find` is jose's resolver of a token's key; `load` fetches them now and
 * rejects when that fails.
 */
export function createKeySet(jwksUrl: string, now: () => number = Date.now) {
  const remote = createRemoteJWKSet(new URL(jwksUrl), {
    cooldownDuration: 5_000,
    cacheMaxAge: usableForMs,
    timeoutDuration: 2_000,
  });
  let askedAt = 0;
  const load = (): Promise<void> => {
    askedAt = now();
    return remote.reload();
  };
  const find: JWTVerifyGetKey = (header, token) => {
    // A failure is no harm while there are keys; the next turn tries again.
    if (Math.abs(now() - askedAt) >= freshForMs && remote.jwks()) load().catch(() => {});
    return remote(header, token);
  };
  return { find, load, loaded: () => remote.jwks() !== undefined };
}
