/** What is derived from the one secret setting: separate keys for separate purposes. */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Keys by purpose, 32 bytes each. */
export type Secrets = { sealing: Uint8Array; refresh: Uint8Array; audit: Uint8Array; throttle: Uint8Array };

/** Derives the keys from the setting by HKDF (RFC 5869). */
export function deriveSecrets(setting: string): Secrets {
  const derive = (purpose: string) => new Uint8Array(hkdfSync("sha256", setting, "antar users", purpose, 32));
  return {
    sealing: derive("signing keys"),
    refresh: derive("refresh tokens"),
    audit: derive("audit chain"),
    throttle: derive("throttle"),
  };
}

/** Encrypts with AES-256-GCM; `context` is bound to the ciphertext. Answers nonce, tag and ciphertext in base64url. */
export function seal(key: Uint8Array, plain: string, context: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
}

/** The inverse of `seal`. Throws when the key, the context or the text differ. */
export function unseal(key: Uint8Array, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}

/** A fresh refresh token, 256 bits. */
export const newRefreshToken = (): string => randomBytes(32).toString("base64url");

/** The one successor of a refresh token: derived, so that a repeated request gets the same and nothing readable is stored. */
export const successorOf = (key: Uint8Array, token: string): string =>
  createHmac("sha256", key).update(token).digest("base64url");

/** What is stored of a refresh token. */
export const tokenDigest = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** A keyed digest of an account or network address, so that the throttle's table tells nobody who tried. */
export const throttleKey = (key: Uint8Array, kind: "account" | "address", value: string): string =>
  createHmac("sha256", key).update(`${kind}\n${value}`).digest("base64url");
