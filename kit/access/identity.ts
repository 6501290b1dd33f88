/** Who asks: short-lived EdDSA tokens that the router and the services sign for one another. */
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type CryptoKey, type JSONWebKeySet, type JWK } from "jose";
import { Lru } from "../lru.ts";

/** The party on whose behalf a subgraph works. */
export type Caller =
  | {
      kind: "user";
      userId: string;
      sessionId: string;
      roles: readonly string[];
      scopes: readonly string[];
      /** Network address of the client as the router knows it; told to users alone. */
      address?: string;
      /** Web origin to come back to from the card's issuer, as the router allows it; told to orders alone. */
      returnOrigin?: string;
    }
  | { kind: "anonymous"; address?: string }
  | { kind: "service"; service: string };

const tokenType = "antar-identity+jwt";
const algorithm = "EdDSA";
/** Longest life of an identity token, seconds. */
const lifeSeconds = 60;
/** Most bytes of remembered tokens, and what one keeps beside its texts. */
const cacheBytes = 20_000_000;
const callerBytes = 600;

/** Signs identity tokens as `issuer`; tokens are reused per caller and audience until half their life is over. */
export function createSigner(options: { issuer: string; privateKey: JWK }) {
  let key: Promise<CryptoKey | Uint8Array> | undefined;
  const cache = new Lru<string, { token: string; until: number }>({
    maxBytes: cacheBytes,
    weigh: (key, { token }) => key.length + token.length,
  });
  /** A token for `audience`; `notAfterSeconds` (epoch) caps its expiry, for the access token it stands for. */
  return async function sign(
    caller: Caller,
    audience: string,
    notAfterSeconds = Number.POSITIVE_INFINITY,
  ): Promise<string> {
    const now = Date.now() / 1000;
    const cacheKey = JSON.stringify([audience, caller, notAfterSeconds]);
    const cached = cache.get(cacheKey);
    if (cached && cached.until > now) return cached.token;
    key ??= importJWK(options.privateKey, algorithm);
    const expires = Math.min(Math.floor(now) + lifeSeconds, Math.floor(notAfterSeconds));
    const token = await new SignJWT({ caller })
      .setProtectedHeader({ alg: algorithm, typ: tokenType, kid: options.privateKey.kid ?? "" })
      .setIssuer(options.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(await key);
    cache.set(cacheKey, { token, until: (now + expires) / 2 });
    return token;
  };
}

export type Signer = ReturnType<typeof createSigner>;

/**
 * Verifies tokens addressed to `audience`. The router may speak for users and anonymous people; a service only for itself.
 * Answers null for anything else: wrong issuer, key, audience, type, expired.
 */
export function createVerifier(options: { audience: string; issuers: Record<string, { keys: unknown[] }> }) {
  const keySets = new Map(
    Object.entries(options.issuers).map(([issuer, keys]) => [issuer, createLocalJWKSet(keys as JSONWebKeySet)]),
  );
  const cache = new Lru<string, { caller: Caller; until: number }>({
    maxBytes: cacheBytes,
    // What a caller holds stands in the token too.
    weigh: (token) => token.length * 2 + callerBytes,
  });
  return async function verify(authorization: string | undefined): Promise<Caller | null> {
    const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
    if (!token) return null;
    const cached = cache.get(token);
    if (cached) return cached.until > Date.now() / 1000 ? cached.caller : null;
    try {
      const issuer = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).iss;
      const keys = keySets.get(issuer);
      if (!keys) return null;
      const { payload } = await jwtVerify<{ caller: Caller }>(token, keys, {
        issuer,
        audience: options.audience,
        algorithms: [algorithm],
        typ: tokenType,
        requiredClaims: ["exp"],
      });
      const caller = payload.caller;
      const entitled = caller.kind === "service" ? caller.service === issuer : issuer === "router";
      if (!entitled) return null;
      cache.set(token, { caller, until: payload.exp ?? 0 });
      return caller;
    } catch {
      return null;
    }
  };
}

export type Verifier = ReturnType<typeof createVerifier>;
