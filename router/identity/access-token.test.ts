import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from "jose";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { json, listen, type RunningHttp } from "../../kit/server/http.ts";
import { createIdentifier, InvalidToken, KeysUnavailable, type Identifier } from "./access-token.ts";

const issuer = "https://antar.test";
let publicKey: JWK;
let privateKey: CryptoKey;
let elliptic: { privateKey: CryptoKey; jwk: JWK };
let stranger: { privateKey: CryptoKey; jwk: JWK };
let server: RunningHttp;
let identifier: Identifier;
const asked: string[] = [];

beforeAll(async () => {
  const [own, other, ec] = await Promise.all([
    generateKeyPair("EdDSA", { extractable: true }),
    generateKeyPair("EdDSA", { extractable: true }),
    generateKeyPair("ES256", { extractable: true }),
  ]);
  privateKey = own.privateKey;
  publicKey = { ...(await exportJWK(own.publicKey)), kid: "k1", alg: "EdDSA", use: "sig" };
  stranger = { privateKey: other.privateKey, jwk: await exportJWK(other.publicKey) };
  elliptic = { privateKey: ec.privateKey, jwk: { ...(await exportJWK(ec.publicKey)), kid: "e1" } };
  server = await listen({
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes: 0,
    onError: (error) => asked.push(String(error)),
    routes: {
      "GET /jwks.json": () => json(200, { keys: [publicKey, elliptic.jwk] }),
      "GET /broken.json": () => json(200, { keys: "none" }),
      "GET /evil.json": () => json(200, { keys: [asked.push("evil.json was fetched"), stranger.jwk] }),
    },
  });
  identifier = createIdentifier({ jwksUrl: `${server.url}/jwks.json`, issuer, audience: "antar" });
});
afterAll(() => server.stop());

const now = () => Math.floor(Date.now() / 1000);
const exp = now() + 300;
const right = { iss: issuer, aud: "antar", sub: "usr_1", sid: "ses_1", exp, roles: ["customer"], scope: "a b" };

/** An Authorization header, right but for what is given. */
async function bearer(
  claims: object = {},
  header: Partial<JWTHeaderParameters> = {},
  key: CryptoKey | Uint8Array = privateKey,
): Promise<string> {
  const token = await new SignJWT({ ...right, ...claims })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: "k1", ...header })
    .sign(key);
  return `Bearer ${token}`;
}

const refused = async (header: string) => expect(identifier.identify(header)).rejects.toBeInstanceOf(InvalidToken);

test("a good token names its user, and until when", async () => {
  expect(await identifier.identify(await bearer())).toEqual({
    caller: { kind: "user", userId: "usr_1", sessionId: "ses_1", roles: ["customer"], scopes: ["a", "b"] },
    notAfterSeconds: exp,
  });
  const bare = await identifier.identify(await bearer({ roles: undefined, scope: undefined }));
  expect(bare.caller).toMatchObject({ roles: [], scopes: [] });
});

test("no header is anonymous; a header that is no bearer token is refused", async () => {
  expect(await identifier.identify(undefined)).toEqual({ caller: { kind: "anonymous" } });
  for (const header of ["", "Bearer", "Bearer a b", "Basic dTpw", "Bearer x.y.z"]) await refused(header);
});

test.each([
  ["issuer", { iss: "https://evil.test" }],
  ["audience", { aud: "another" }],
  ["subject missing", { sub: undefined }],
  ["session missing", { sid: undefined }],
  ["session no text", { sid: 7 }],
  ["expiry missing", { exp: undefined }],
  ["expired", { exp: now() - 1 }],
  ["not yet valid", { nbf: now() + 60 }],
  ["roles no list", { roles: "admin" }],
])("refused: %s", async (_case, claims) => refused(await bearer(claims)));

test.each(["JWT", "antar-identity+jwt", undefined])("refused: type %j", async (typ) => {
  const { typ: _typ, ...header } = { alg: "EdDSA", kid: "k1", typ };
  const token = await new SignJWT(right)
    .setProtectedHeader(typ === undefined ? header : { ...header, typ })
    .sign(privateKey);
  await refused(`Bearer ${token}`);
});

test("the published key is no HMAC secret, and `none` no signature", async () => {
  for (const secret of [Buffer.from(publicKey.x ?? "", "base64url"), Buffer.from(JSON.stringify(publicKey))])
    await refused(await bearer({}, { alg: "HS256" }, new Uint8Array(secret)));
  const payload = (await bearer()).split(".")[1];
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt", kid: "k1" })).toString("base64url");
  await refused(`Bearer ${none}.${payload}.`);
});

test("EdDSA alone counts, though another kind of key is published", async () => {
  await refused(await bearer({}, { alg: "ES256", kid: "e1" }, elliptic.privateKey));
});

test("a key that the token brings along, or points to, is not used", async () => {
  await refused(await bearer({}, { jwk: stranger.jwk }, stranger.privateKey));
  await refused(await bearer({}, { jku: `${server.url}/evil.json`, kid: "k9" }, stranger.privateKey));
  await refused(await bearer({}, {}, stranger.privateKey));
  expect(asked).toEqual([]);
  expect(await identifier.identify(await bearer({}, { jwk: stranger.jwk }))).toMatchObject({
    caller: { userId: "usr_1" },
  });
});

test("keys are there once loaded, and not before", async () => {
  const fresh = createIdentifier({ jwksUrl: `${server.url}/jwks.json`, issuer, audience: "antar" });
  expect(fresh.keysLoaded()).toBe(false);
  await fresh.loadKeys();
  expect(fresh.keysLoaded()).toBe(true);
  const lost = createIdentifier({ jwksUrl: `${server.url}/none.json`, issuer, audience: "antar" });
  await expect(lost.loadKeys()).rejects.toThrow();
  expect(lost.keysLoaded()).toBe(false);
});

test("why a token does not hold is told", async () => {
  const fault = async (header: string) => {
    const error = await identifier.identify(header).catch((thrown: unknown) => thrown);
    return error instanceof InvalidToken ? error.fault : error;
  };
  expect(await fault(await bearer({ exp: now() - 1 }))).toBe("EXPIRED");
  expect(await fault(await bearer({}, { kid: "k9" }))).toBe("UNKNOWN_KEY");
  expect(await fault(await bearer({ aud: "another" }))).toBe("INVALID");
});

test("without keys nothing is said of a token", async () => {
  for (const path of ["none.json", "broken.json"]) {
    const lost = createIdentifier({ jwksUrl: `${server.url}/${path}`, issuer, audience: "antar" });
    await expect(lost.identify(await bearer())).rejects.toBeInstanceOf(KeysUnavailable);
  }
  const down = createIdentifier({ jwksUrl: "http://127.0.0.1:9/jwks.json", issuer, audience: "antar" });
  await expect(down.identify(await bearer())).rejects.toBeInstanceOf(KeysUnavailable);
});

test("known keys outlive an outage of their publisher, and a withdrawn key is dropped once it is back", async () => {
  let keys: JWK[] | null = [publicKey];
  const publisher = await listen({
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes: 0,
    onError: () => {},
    routes: { "GET /jwks.json": () => (keys ? json(200, { keys }) : json(500, {})) },
  });
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const own = createIdentifier({ jwksUrl: `${publisher.url}/jwks.json`, issuer, audience: "antar" });
    await own.loadKeys();
    keys = null;
    vi.advanceTimersByTime(120_000);
    const token = await bearer({ exp: now() + 3_600 });
    await own.identify(token);
    await expect(own.loadKeys()).rejects.toThrow();
    expect(await own.identify(token)).toMatchObject({ caller: { userId: "usr_1" } });
    keys = [];
    // The keys at hand answer the next one, and are fetched anew beside it.
    await vi.waitFor(async () => {
      vi.advanceTimersByTime(61_000);
      await expect(own.identify(token)).rejects.toMatchObject({ fault: "UNKNOWN_KEY" });
    });
  } finally {
    vi.useRealTimers();
    await publisher.stop();
  }
});

test("a token that was good before is refused once it has expired", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const token = await bearer({ exp: now() + 30 });
    for (let n = 0; n < 2; n++) expect(await identifier.identify(token)).toMatchObject({ caller: { userId: "usr_1" } });
    vi.advanceTimersByTime(31_000);
    await refused(token);
  } finally {
    vi.useRealTimers();
  }
});
