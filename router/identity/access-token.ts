/** Verifies the access tokens that clients send (RFC 9068), by the published keys. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import { z } from "zod";
import type { Caller } from "../../kit/identity.ts";

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
  scope: z.string().default(""),
});

/** Who asks, and until when (epoch seconds) the answer to that holds. */
export type Identity = { caller: Caller; notAfterSeconds?: number };

/** Thrown for a token that is malformed, expired, or not ours. */
export class InvalidToken extends Error {
  override name = "InvalidToken";
}

/** `identify(header)` gives the caller of an Authorization header: anonymous without one, InvalidToken for a bad one. `loadKeys` fetches the keys ahead. */
export function createIdentifier(options: { jwksUrl: string; issuer: string; audience: string }) {
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    cooldownDuration: 5_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 2_000,
  });
  async function identify(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined) return { caller: { kind: "anonymous" } };
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (!token) throw new InvalidToken("no bearer token");
    const { payload } = await jwtVerify(token, keys, {
      issuer: options.issuer,
      audience: options.audience,
      algorithms: ["EdDSA"],
      typ: "at+jwt",
      requiredClaims: ["exp", "sub"],
    }).catch((error: unknown) => {
      throw new InvalidToken("not verified", { cause: error });
    });
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new InvalidToken("claims missing");
    const { sub, sid, exp, roles, scope } = parsed.data;
    const scopes = scope.split(" ").filter((entry) => entry !== "");
    return { caller: { kind: "user", userId: sub, sessionId: sid, roles, scopes }, notAfterSeconds: exp };
  }
  return { identify, loadKeys: () => keys.reload(), keysLoaded: () => keys.jwks() !== undefined };
}

export type Identifier = ReturnType<typeof createIdentifier>;
