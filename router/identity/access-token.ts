/** Verifies the access tokens that clients send (RFC 9068), by the published keys. */
import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { Caller } from "../../kit/access/identity.ts";
import { Lru } from "../../kit/lru.ts";
import { createKeySet } from "./key-set.ts";

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
  scope: z.string().default(""),
});

/** Who asks, and until when (epoch seconds) the answer to that holds. */
export type Identity = { caller: Caller; notAfterSeconds?: number };

/** Why a token does not hold. */
export type TokenFault = "EXPIRED" | "UNKNOWN_KEY" | "INVALID" | "ENDED";

/** Thrown for a token that is malformed, expired, or not ours. */
export class InvalidToken extends Error {
  override name = "InvalidToken";
  readonly fault: TokenFault;
  constructor(message: string, fault: TokenFault = "INVALID", options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** Thrown when there are no keys to verify by: nothing can be said of any token. */
export class KeysUnavailable extends Error {
  override name = "KeysUnavailable";
}

/** What jose says of keys that it could not get. */
const keyTrouble: ReadonlySet<string> = new Set(["ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC"]);

function explained(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new InvalidToken("expired", "EXPIRED", { cause: error });
  if (error instanceof errors.JWKSNoMatchingKey)
    return new InvalidToken("unknown key", "UNKNOWN_KEY", { cause: error });
  if (error instanceof errors.JOSEError && !keyTrouble.has(error.code))
    return new InvalidToken("not verified", "INVALID", { cause: error });
  return new KeysUnavailable("no keys to verify tokens by", { cause: error });
}

/** Longest that a token is taken as verified before, seconds: how much longer a withdrawn key may count. */
const rememberSeconds = 60;
/** Most bytes of what is remembered, and what one keeps beside its texts, which stand in the token. */
const rememberBytes = 20_000_000;
const callerBytes = 600;

/** What was verified: people send the same token with everything that they ask. */
type Remembered = { identity: Identity; until: number };

/**
 * `identify(header)` gives the caller of an Authorization header: anonymous without one, InvalidToken for a bad one,
 * KeysUnavailable when that cannot be told. `loadKeys` fetches the keys ahead.
 */
export function createIdentifier(options: { jwksUrl: string; issuer: string; audience: string }) {
  const keys = createKeySet(options.jwksUrl);
  const known = new Lru<string, Remembered>({
    maxBytes: rememberBytes,
    weigh: (token) => token.length * 2 + callerBytes,
  });
  async function verify(token: string): Promise<Remembered> {
    const { payload } = await jwtVerify(token, keys.find, {
      issuer: options.issuer,
      audience: options.audience,
      algorithms: ["EdDSA"],
      typ: "at+jwt",
      requiredClaims: ["exp", "sub"],
    }).catch((error: unknown) => {
      throw explained(error);
    });
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new InvalidToken("claims missing");
    const { sub, sid, exp, roles, scope } = parsed.data;
    const scopes = scope.split(" ").filter((entry) => entry !== "");
    const caller: Caller = { kind: "user", userId: sub, sessionId: sid, roles, scopes };
    const until = Math.min(exp, Date.now() / 1000 + rememberSeconds);
    return { identity: { caller, notAfterSeconds: exp }, until };
  }
  async function identify(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined) return { caller: { kind: "anonymous" } };
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (!token) throw new InvalidToken("no bearer token");
    const before = known.get(token);
    if (before && before.until > Date.now() / 1000) return before.identity;
    const verified = await verify(token);
    known.set(token, verified);
    return verified.identity;
  }
  return { identify, loadKeys: keys.load, keysLoaded: keys.loaded };
}

export type Identifier = ReturnType<typeof createIdentifier>;
