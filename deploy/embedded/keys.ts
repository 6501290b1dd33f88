/** The keys and passwords of an embedded system: made once, kept in files that only the owner can read. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";

export type Secrets = {
  /** Signing key (private JWK) of the router and of each subgraph. */
  identity: Record<string, JWK>;
  /** Password of each database role. */
  databasePasswords: Record<string, string>;
  /** Encrypts users' signing keys at rest, 32 bytes in base64url. */
  keyEncryptionKey: string;
  stripeSecretKey: string;
  stripeWebhookSecret: string;
};

async function identityKey(issuer: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `${issuer}-1`, alg: "EdDSA" };
}

const secret = (bytes = 24) => randomBytes(bytes).toString("base64url");

/** The secrets in `folder`, made on first use. Throws when the folder cannot be written. */
export async function loadSecrets(
  folder: string,
  issuers: readonly string[],
  roles: readonly string[],
): Promise<Secrets> {
  const file = join(folder, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Secrets;
  const identity = Object.fromEntries(
    await Promise.all(issuers.map(async (name) => [name, await identityKey(name)] as const)),
  );
  const secrets: Secrets = {
    identity,
    databasePasswords: Object.fromEntries(roles.map((role) => [role, secret()])),
    keyEncryptionKey: secret(32),
    stripeSecretKey: `sk_test_${secret()}`,
    stripeWebhookSecret: `whsec_${secret()}`,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

/** Public halves of the identity keys, as the services' settings want them. */
export const publicKeys = (secrets: Secrets): Record<string, { keys: JWK[] }> =>
  Object.fromEntries(
    Object.entries(secrets.identity).map(([issuer, key]) => {
      const { d: _private, ...open } = key;
      return [issuer, { keys: [open] }];
    }),
  );
