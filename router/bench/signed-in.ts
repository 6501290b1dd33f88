/** People who are signed in: access tokens as the users service gives them, and the keys that a router verifies them by. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** How many people take turns. */
const people = 1_000;

export type SignedIn = {
  /** One for each person; valid for an hour. */
  tokens: readonly string[];
  /** What a router needs to verify them, and to sign what it tells subgraphs. */
  env: Record<string, string>;
  stop(): void;
};

/** Signs everybody in, and publishes the keys. */
export async function signIn(): Promise<SignedIn> {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg: "EdDSA" }] });
  const server = createServer((_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(keys),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const token = (person: number) =>
    new SignJWT({ sid: `session-${person}`, roles: ["customer"], scope: "" })
      .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: "bench" })
      .setIssuer("https://antar.test")
      .setAudience("antar")
      .setSubject(`person-${person}`)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);
  return {
    tokens: await Promise.all(Array.from({ length: people }, (_, person) => token(person))),
    env: {
      JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      IDENTITY_PRIVATE_KEY: JSON.stringify({ kid: "router", ...(await exportJWK(privateKey)) }),
      TRUSTED_DOCUMENTS: "false",
    },
    stop: () => void server.close(),
  };
}
