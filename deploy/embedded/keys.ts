/** The keys and passwords of an embedded system: made once, kept in files that only the owner can read. */
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { z } from "zod";
import { makeFolder } from "../../kit/server/folder.ts";

const jwk = z.custom<JWK>((value) => z.looseObject({ kty: z.string(), kid: z.string() }).safeParse(value).success);

const secretsShape = z.object({
  /** Signing key (private JWK) of the router and of each subgraph. */
  identity: z.record(z.string(), jwk),
  /** Password of each database role. */
  databasePasswords: z.record(z.string(), z.string()),
  /** Encrypts users' signing keys at rest, 32 bytes in base64url. */
  keyEncryptionKey: z.string(),
  stripeSecretKey: z.string(),
  stripeWebhookSecret: z.string(),
});

export type Secrets = z.infer<typeof secretsShape>;

async function identityKey(issuer: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `${issuer}-1`, alg: "EdDSA" };
}

const secret = (bytes = 24) => randomBytes(bytes).toString("base64url");

/** What an earlier start kept; throws one line that says what to do when it cannot be used. */
function readSecrets(file: string): Secrets {
  try {
    // A copy that was put back may be open to everyone.
    chmodSync(file, 0o600);
    return secretsShape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(
      `${file} cannot be read as the secrets of a system: restore it, or clear the data folder to start afresh`,
    );
  }
}

/** Renamed last, so that a kill in between leaves no half of it. */
function writeSecrets(file: string, secrets: Secrets): void {
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const fresh = (): Secrets => ({
  identity: {},
  databasePasswords: {},
  keyEncryptionKey: secret(32),
  stripeSecretKey: `sk_test_${secret()}`,
  stripeWebhookSecret: `whsec_${secret()}`,
});

/** The secrets in `folder`, made on first use; those of a service that joined since are added. Throws when the folder cannot be written or the file is damaged. */
export async function loadSecrets(
  folder: string,
  issuers: readonly string[],
  roles: readonly string[],
): Promise<Secrets> {
  const file = join(folder, "secrets.json");
  const secrets = existsSync(file) ? readSecrets(file) : fresh();
  const newIssuers = issuers.filter((name) => !Object.hasOwn(secrets.identity, name));
  const newRoles = roles.filter((role) => !Object.hasOwn(secrets.databasePasswords, role));
  if (newIssuers.length === 0 && newRoles.length === 0) return secrets;
  for (const name of newIssuers) secrets.identity[name] = await identityKey(name);
  for (const role of newRoles) secrets.databasePasswords[role] = secret();
  makeFolder(folder);
  writeSecrets(file, secrets);
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
