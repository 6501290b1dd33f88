import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from "jose";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { createSigner, createVerifier, type Caller, type Verifier } from "./identity.ts";

type Pair = { privateKey: JWK; publicKey: JWK };

async function makePair(kid: string): Promise<Pair> {
  const pair = await generateKeyPair("EdDSA", { extractable: true });
  return {
    privateKey: { ...(await exportJWK(pair.privateKey)), kid },
    publicKey: { ...(await exportJWK(pair.publicKey)), kid },
  };
}

const user: Caller = { kind: "user", userId: "usr_1", sessionId: "ses_1", roles: ["customer"], scopes: ["a"] };
let router: Pair;
let next: Pair;
let orders: Pair;
let verify: Verifier;

beforeAll(async () => {
  [router, next, orders] = await Promise.all([makePair("r1"), makePair("r2"), makePair("o1")]);
  verify = createVerifier({
    audience: "menu",
    issuers: { router: { keys: [router.publicKey, next.publicKey] }, orders: { keys: [orders.publicKey] } },
  });
});

/** A token made by hand, right but for what is given. */
async function forge(
  header: { alg?: string; typ?: string; kid?: string },
  claims: object = {},
  key: Uint8Array | JWK = router.privateKey,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const signingKey = key instanceof Uint8Array ? key : await importJWK(key, "EdDSA");
  const payload = { caller: user, iss: "router", aud: "menu", iat: now, exp: now + 60, ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "EdDSA", typ: "antar-identity+jwt", kid: "r1", ...header })
    .sign(signingKey);
}

const verifyToken = (token: string) => verify(`Bearer ${token}`);
const signAs = (issuer: string, pair: Pair, caller: Caller, audience = "menu") =>
  createSigner({ issuer, privateKey: pair.privateKey })(caller, audience);
const expiryOf = (token: string): number =>
  (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number }).exp;

test.each<Caller>([user, { kind: "anonymous" }])("the router speaks for $kind", async (caller) => {
  const token = await signAs("router", router, caller);
  expect(await verifyToken(token)).toEqual(caller);
  expect(await verifyToken(token)).toEqual(caller);
});

test("a service speaks for itself alone", async () => {
  const itself: Caller = { kind: "service", service: "orders" };
  expect(await verifyToken(await signAs("orders", orders, itself))).toEqual(itself);
  expect(await verifyToken(await signAs("orders", orders, user))).toBeNull();
  expect(await verifyToken(await signAs("orders", orders, { kind: "anonymous" }))).toBeNull();
  expect(await verifyToken(await signAs("orders", orders, { kind: "service", service: "payments" }))).toBeNull();
  expect(await verifyToken(await signAs("router", router, itself))).toBeNull();
});

test("a token for another audience, by an unknown issuer or by another's key is refused", async () => {
  expect(await verifyToken(await signAs("router", router, user, "orders"))).toBeNull();
  expect(await verifyToken(await signAs("stranger", router, user))).toBeNull();
  expect(await verifyToken(await signAs("router", orders, user))).toBeNull();
  expect(await verifyToken(await forge({ kid: "r1" }, {}, orders.privateKey))).toBeNull();
});

test("the hand-made token is accepted as it stands, so that what follows refuses for its one difference", async () => {
  expect(await verifyToken(await forge({}))).toEqual(user);
});

test("expired, or without an expiry, is refused", async () => {
  const past = Math.floor(Date.now() / 1000) - 1;
  expect(await verifyToken(await forge({}, { exp: past }))).toBeNull();
  expect(await verifyToken(await forge({}, { exp: undefined }))).toBeNull();
});

test("another type of token is refused", async () => {
  expect(await verifyToken(await forge({ typ: "at+jwt" }))).toBeNull();
  expect(await verifyToken(await forge({ typ: "JWT" }))).toBeNull();
});

test("the public key is no HMAC secret, and `none` no signature", async () => {
  const secret = Buffer.from(router.publicKey.x ?? "", "base64url");
  expect(await verifyToken(await forge({ alg: "HS256" }, {}, new Uint8Array(secret)))).toBeNull();
  const [, payload] = (await forge({})).split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "antar-identity+jwt", kid: "r1" })).toString("base64url");
  expect(await verifyToken(`${none}.${payload}.`)).toBeNull();
});

test("EdDSA alone counts, though the issuer has a good key of another kind", async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  const both = createVerifier({
    audience: "menu",
    issuers: { router: { keys: [router.publicKey, { ...(await exportJWK(pair.publicKey)), kid: "e1" }] } },
  });
  expect(await both(`Bearer ${await forge({})}`)).toEqual(user);
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ caller: user, iss: "router", aud: "menu", iat: now, exp: now + 60 })
    .setProtectedHeader({ alg: "ES256", typ: "antar-identity+jwt", kid: "e1" })
    .sign(pair.privateKey);
  expect(await both(`Bearer ${token}`)).toBeNull();
});

test("a changed payload is refused", async () => {
  const [header, payload, signature] = (await forge({})).split(".");
  const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, caller: { ...user, roles: ["admin"] } })).toString(
    "base64url",
  );
  expect(await verifyToken(`${header}.${changed}.${signature}`)).toBeNull();
});

test.each([undefined, "", "Bearer", "Bearer x", "Bearer a.b.c", "Basic dTpw"])("%j is nobody", async (header) => {
  expect(await verify(header)).toBeNull();
});

test("during rotation both keys count, a third one does not", async () => {
  expect(await verifyToken(await signAs("router", router, user))).toEqual(user);
  expect(await verifyToken(await signAs("router", next, user))).toEqual(user);
  expect(await verifyToken(await signAs("router", await makePair("r3"), user))).toBeNull();
  expect(await verifyToken(await forge({ kid: "r2" }))).toBeNull();
});

test("a token never outlives the access token it stands for", async () => {
  const sign = createSigner({ issuer: "router", privateKey: router.privateKey });
  const now = Math.floor(Date.now() / 1000);
  expect(expiryOf(await sign(user, "menu", now + 20.7))).toBe(now + 20);
  const uncapped = expiryOf(await sign(user, "menu", now + 3_600));
  expect(uncapped).toBeGreaterThanOrEqual(now + 60);
  expect(uncapped).toBeLessThan(now + 120);
  expect(await verifyToken(await sign(user, "menu", now - 5))).toBeNull();
});

test("a signer mixes up neither callers nor audiences", async () => {
  const sign = createSigner({ issuer: "router", privateKey: router.privateKey });
  const token = await sign(user, "menu");
  expect(await sign(user, "menu")).toBe(token);
  expect(await sign(user, "orders")).not.toBe(token);
  expect(await verifyToken(await sign({ ...user, userId: "usr_2" }, "menu"))).toMatchObject({ userId: "usr_2" });
});

/** Sets the clock that tokens are judged by; timers go on. */
const atSecond = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: seconds * 1000 });
afterEach(() => void vi.useRealTimers());

test("a token that was taken before is refused from its expiry on", async () => {
  const now = 1_800_000_000;
  atSecond(now);
  const token = await forge({}, { iat: now, exp: now + 30 });
  expect(await verifyToken(token)).toEqual(user);
  atSecond(now + 29.999);
  expect(await verifyToken(token)).toEqual(user);
  for (const second of [30, 31, 10_000]) {
    atSecond(now + second);
    expect(await verifyToken(token)).toBeNull();
  }
});

test("a signed token is given again until half its life is over", async () => {
  const now = 1_800_000_000;
  const sign = createSigner({ issuer: "router", privateKey: router.privateKey });
  atSecond(now);
  const token = await sign(user, "menu");
  expect(expiryOf(token)).toBe(now + 60);
  atSecond(now + 29.9);
  expect(await sign(user, "menu")).toBe(token);
  atSecond(now + 30);
  const later = await sign(user, "menu");
  expect(later).not.toBe(token);
  expect(expiryOf(later)).toBe(now + 90);
});
