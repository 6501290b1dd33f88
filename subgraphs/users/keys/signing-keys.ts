/** The Ed25519 keys that sign access tokens: made here, kept encrypted, published as a JWK set, rotated without a gap. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from "jose";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { currentKey, insertKey, lockKeys, publishedKeys } from "../db/keys.ts";
import type { SigningKeyRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { seal, unseal } from "./secrets.ts";

/** How long a process may go on with the key it has read, ms; rotation waits at least as long before a new key signs. */
export const keyCacheMs = 30_000;

/** What a signed access token says. */
export type AccessClaims = { userId: string; sessionId: string; roles: readonly string[] };

async function newKey(sealing: Uint8Array, activeFrom: Date): Promise<SigningKeyRow> {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const open = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(open);
  const sealedPrivateJwk = seal(sealing, JSON.stringify(await exportJWK(pair.privateKey)), kid);
  return { kid, publicJwk: { ...open, kid, alg: "EdDSA", use: "sig" }, sealedPrivateJwk, activeFrom, retiresAt: null };
}

/** Makes the first key where there is none; safe when several processes start together. */
export async function ensureKey(db: Db, sealing: Uint8Array, now: Date): Promise<void> {
  if (await currentKey(db, now)) return;
  await db.transaction(async (tx) => {
    await lockKeys(tx);
    if (!(await currentKey(tx, now))) await insertKey(tx, await newKey(sealing, now), now);
  });
}

/**
 * Adds a key that signs from `activeAfterMs` on (published at once, so verifiers know it by then);
 * the old ones stay published until the last token they signed has expired. Answers the new kid.
 */
export async function rotateKeys(
  tx: Tx,
  options: { sealing: Uint8Array; now: Date; activeAfterMs: number; tokenSeconds: number },
): Promise<{ kid: string; activeFrom: Date; othersRetireAt: Date }> {
  await lockKeys(tx);
  const activeFrom = new Date(options.now.getTime() + options.activeAfterMs);
  const othersRetireAt = new Date(activeFrom.getTime() + options.tokenSeconds * 1000 + 2 * keyCacheMs);
  const key = await newKey(options.sealing, activeFrom);
  await insertKey(tx, key, othersRetireAt);
  return { kid: key.kid, activeFrom, othersRetireAt };
}

/** The public keys (RFC 7517). */
export async function jwks(db: Db, now: Date): Promise<{ keys: Record<string, unknown>[] }> {
  return { keys: (await publishedKeys(db, now)).map((row) => row.publicJwk) };
}

type Held = { kid: string; key: CryptoKey | Uint8Array; readAt: number };
const held = new WeakMap<Db, Held>();

async function signingKey({ db, clock, secrets }: Deps): Promise<Held> {
  const now = clock.now();
  const cached = held.get(db);
  if (cached && Math.abs(now.getTime() - cached.readAt) < keyCacheMs) return cached;
  await ensureKey(db, secrets.sealing, now);
  const row = await currentKey(db, now);
  if (!row) throw new Error("no signing key is active");
  const key = await importJWK(JSON.parse(unseal(secrets.sealing, row.sealedPrivateJwk, row.kid)) as JWK, "EdDSA");
  const fresh = { kid: row.kid, key, readAt: now.getTime() };
  held.set(db, fresh);
  return fresh;
}

/** An access token (RFC 9068) and when it ends. */
export async function signAccessToken(
  deps: Deps,
  claims: AccessClaims,
): Promise<{ accessToken: string; expiresAt: Date }> {
  const { settings } = deps;
  const { kid, key } = await signingKey(deps);
  const issued = Math.floor(deps.clock.now().getTime() / 1000);
  const expires = issued + settings.ACCESS_TOKEN_SECONDS;
  const accessToken = await new SignJWT({
    sid: claims.sessionId,
    roles: claims.roles,
    scope: "graph",
    client_id: "antar",
  })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid })
    .setIssuer(settings.ACCESS_TOKEN_ISSUER)
    .setAudience(settings.ACCESS_TOKEN_AUDIENCE)
    .setSubject(claims.userId)
    .setJti(crypto.randomUUID())
    .setIssuedAt(issued)
    .setExpirationTime(expires)
    .sign(key);
  return { accessToken, expiresAt: new Date(expires * 1000) };
}
