import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../../kit/access/identity.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { rotateKeys } from "./keys/signing-keys.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { testSecret, testUsers } from "./testing.ts";

let users: Awaited<ReturnType<typeof testUsers>>;
beforeAll(async () => {
  users = await testUsers();
});
afterAll(() => users.stop());

const jwksOf = async () => (await (await fetch(`${users.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

const verified = async (token: string) =>
  jwtVerify(token, createLocalJWKSet(await jwksOf()), {
    issuer: "https://antar.test",
    audience: "antar",
    algorithms: ["EdDSA"],
    typ: "at+jwt",
    currentDate: users.clock.now(),
  });

test("an account signs in, with a token that the published keys verify", async () => {
  const registered = await users.register("Ayu@Example.test ");
  expect(registered).toMatchObject({
    __typename: "RegisterSuccess",
    user: { email: "ayu@example.test", displayName: "Ayu", roles: ["CUSTOMER"] },
  });
  const signedIn = await users.signIn("AYU@example.test");
  expect(signedIn.__typename).toBe("SignInSuccess");
  const { payload } = await verified(signedIn.accessToken);
  expect(payload).toMatchObject({ sub: registered.user.id, roles: ["customer"], scope: "graph" });
  expect(payload["sid"]).toMatch(/^ses_/);
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(600);
  expect(await users.graphql("{ me { id email } }", {}, userCaller(registered.user.id, "customer"))).toEqual({
    data: { me: { id: registered.user.id, email: "ayu@example.test" } },
  });
  const published = await users.outbox();
  expect(published.filter((event) => event.aggregateId === registered.user.id).map((event) => event.type)).toEqual([
    "user.registered.v1",
  ]);
});

test("me needs a person", async () => {
  const answer = await users.graphql("{ me { id } }");
  expect(answer.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("bad registrations answer with the field at fault, and write nothing", async () => {
  const good = { email: "budi@example.test", password: "correct horse", displayName: "Budi" };
  const before = (await users.outbox()).length;
  for (const [change, field] of [
    [{ email: "budi" }, "input.email"],
    [{ email: `${"x".repeat(250)}@example.test` }, "input.email"],
    [{ password: "short" }, "input.password"],
    [{ password: "x".repeat(300) }, "input.password"],
    [{ displayName: "   " }, "input.displayName"],
    [{ displayName: "a\u202eb" }, "input.displayName"],
    [{ displayName: "a\u0000b" }, "input.displayName"],
    [{ phone: "0812" }, "input.phone"],
    [{ language: "!!" }, "input.language"],
  ] as const) {
    const result = await users.mutate("register", { ...good, ...change }, "... on InvalidInputError { field }");
    expect(result, JSON.stringify(change)).toMatchObject({ __typename: "InvalidInputError", field });
  }
  expect((await users.outbox()).length).toBe(before);
});

test("one e-mail has one account, also when many register at once", async () => {
  const results = await Promise.all(Array.from({ length: 6 }, () => users.register("once@example.test")));
  expect(results.filter((result) => result.__typename === "RegisterSuccess")).toHaveLength(1);
  expect(results.filter((result) => result.__typename === "EmailTakenError")).toHaveLength(5);
});

test("wrong password and unknown account answer alike", async () => {
  await users.register("citra@example.test");
  const wrong = await users.signIn("citra@example.test", "wrong");
  expect(wrong.__typename).toBe("InvalidCredentialsError");
  expect(await users.signIn("nobody@example.test", "wrong")).toEqual(wrong);
  expect(await users.signIn("not an address", "wrong")).toEqual(wrong);
  expect(await users.signIn("citra@example.test", "x".repeat(10_000))).toEqual(wrong);
});

test("failures slow an account down, boundedly; the owner still gets in and clears them", async () => {
  await users.register("dewi@example.test");
  users.pauses.length = 0;
  for (let tries = 0; tries < 9; tries += 1) await users.signIn("dewi@example.test", "guess");
  expect(users.pauses).toEqual([250, 500, 1000, 2000, 3000, 3000]);
  expect((await users.signIn("dewi@example.test")).__typename).toBe("SignInSuccess");
  users.pauses.length = 0;
  await users.signIn("dewi@example.test", "guess");
  expect(users.pauses).toEqual([]);
});

const at = (address: string): Caller => ({ kind: "anonymous", address });

test("failures slow a network address down across accounts, and a success of one's own does not clear them", async () => {
  await users.register("eko@example.test");
  const here = at("192.0.2.7");
  for (let tries = 0; tries < 5; tries += 1) await users.signIn(`victim${tries}@example.test`, "guess", here);
  await users.signIn("eko@example.test", "correct horse", here);
  users.pauses.length = 0;
  await users.signIn("victim9@example.test", "guess", here);
  expect(users.pauses).toEqual([1000]);
  await users.signIn("victim10@example.test", "guess", at("192.0.2.8"));
  expect(users.pauses).toEqual([1000]);
});

test("of an IPv6 address the subscriber's 64 bits count, however it is written", async () => {
  for (const address of ["2001:db8:0:7::1", "2001:db8:0:7::2", "2001:db8:0:7:1:2:3:4", "2001:db8:0:7:ffff::"])
    await users.signIn(`six${address}@example.test`, "guess", at(address));
  users.pauses.length = 0;
  await users.signIn("six@example.test", "guess", at("2001:db8:0:7:9::"));
  await users.signIn("six2@example.test", "guess", at("2001:db8:0:8::1"));
  expect(users.pauses).toEqual([500]);
});

test("who signed in from an address lately is not slowed down there by others' guesses, elsewhere is", async () => {
  await users.register("fitri@example.test");
  const home = at("198.51.100.1");
  await users.signIn("fitri@example.test", "correct horse", home);
  for (let tries = 0; tries < 6; tries += 1)
    await users.signIn("fitri@example.test", "guess", at(`203.0.113.${tries}`));
  users.pauses.length = 0;
  expect((await users.signIn("fitri@example.test", "correct horse", home)).__typename).toBe("SignInSuccess");
  expect(users.pauses).toEqual([]);
});

test("a client's own header says nothing of its address", async () => {
  const headers = { "x-client-address": "192.0.2.99", "x-forwarded-for": "192.0.2.99" };
  const text = (n: number) =>
    `mutation M { signIn(input: { email: "h${n}@example.test", password: "x" }) { __typename } }`;
  for (let tries = 0; tries < 5; tries += 1) await users.graphql(text(tries), {}, at("192.0.2.100"), headers);
  users.pauses.length = 0;
  await users.signIn("h9@example.test", "guess", at("192.0.2.99"));
  expect(users.pauses).toEqual([]);
});

test("tries at once are all counted", async () => {
  users.pauses.length = 0;
  await Promise.all(Array.from({ length: 10 }, () => users.signIn("flood@example.test", "guess")));
  expect(users.pauses.toSorted((a, b) => a - b)).toEqual([250, 500, 1000, 2000, 3000, 3000, 3000]);
});

test("a refresh token rotates; within the grace the same successor comes again", async () => {
  const { refreshToken } = await users.register("fajar@example.test");
  const first = await users.refresh(refreshToken);
  expect(first.__typename).toBe("RefreshSuccess");
  expect(first.refreshToken).not.toBe(refreshToken);
  users.clock.advance(9_000);
  const again = await users.refresh(refreshToken);
  expect(again.refreshToken).toBe(first.refreshToken);
  expect((await users.refresh(first.refreshToken)).__typename).toBe("RefreshSuccess");
});

test("refreshing at once gives everyone the same successor", async () => {
  const { refreshToken } = await users.register("gita@example.test");
  const answers = await Promise.all(Array.from({ length: 8 }, () => users.refresh(refreshToken)));
  expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
});

test("a spent token shown after the grace ends the whole family", async () => {
  const { refreshToken, user } = await users.register("hadi@example.test");
  const next = await users.refresh(refreshToken);
  users.clock.advance(11_000);
  expect((await users.refresh(refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect((await users.refresh(next.refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  const revoked = (await users.outbox()).filter((event) => event.type === "session.revoked.v1");
  expect(revoked.map((event) => event.data)).toContainEqual(expect.objectContaining({ userId: user.id }));
});

test("a spent token whose successor has served ends the family at once", async () => {
  const { refreshToken } = await users.register("indah@example.test");
  const second = await users.refresh(refreshToken);
  const third = await users.refresh(second.refreshToken);
  expect((await users.refresh(refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect((await users.refresh(third.refreshToken)).__typename).toBe("InvalidRefreshTokenError");
});

test("unknown, empty and expired refresh tokens are refused; a cookie's token serves", async () => {
  const { refreshToken } = await users.register("joko@example.test");
  for (const token of ["nonsense", "", "x".repeat(5_000), null]) {
    expect((await users.refresh(token)).__typename).toBe("InvalidRefreshTokenError");
  }
  const byCookie = await users.refresh(null, { "x-refresh-token": refreshToken });
  expect(byCookie.__typename).toBe("RefreshSuccess");
  users.clock.advance(31 * 86_400_000);
  expect((await users.refresh(byCookie.refreshToken)).__typename).toBe("InvalidRefreshTokenError");
});

test("signing out ends the session, once", async () => {
  const { refreshToken } = await users.register("kartika@example.test");
  const ended = "... on SignOutSuccess { ended }";
  expect(await users.mutate("signOut", { refreshToken }, ended)).toMatchObject({ ended: true });
  expect(await users.mutate("signOut", { refreshToken }, ended)).toMatchObject({ ended: false });
  expect((await users.refresh(refreshToken)).__typename).toBe("InvalidRefreshTokenError");
});

test("a clock that goes back behind the first key makes no second one", async () => {
  const { accessToken } = await users.register("menik@example.test");
  const published = await jwksOf();
  users.clock.advance(-3_600_000);
  const earlier = (await users.signIn("menik@example.test")).accessToken;
  users.clock.advance(3_600_000);
  expect(decodeProtectedHeader(earlier).kid).toBe(decodeProtectedHeader(accessToken).kid);
  expect(await jwksOf()).toEqual(published);
});

test("keys rotate without a gap, and no private part is published or stored in clear", async () => {
  const { accessToken } = await users.register("lestari@example.test");
  const oldKid = decodeProtectedHeader(accessToken).kid;
  const options = {
    sealing: deriveSecrets(testSecret).sealing,
    now: users.clock.now(),
    activeAfterMs: 60_000,
    tokenSeconds: 600,
  };
  const { kid } = await users.db.transaction((tx) => rotateKeys(tx, options));
  const published = await jwksOf();
  expect(new Set(published.keys.map((key) => key.kid))).toEqual(new Set([oldKid, kid]));
  expect(JSON.stringify(published)).not.toContain('"d"');
  expect(decodeProtectedHeader((await users.signIn("lestari@example.test")).accessToken).kid).toBe(oldKid);
  users.clock.advance(61_000);
  const after = (await users.signIn("lestari@example.test")).accessToken;
  expect(decodeProtectedHeader(after).kid).toBe(kid);
  await verified(accessToken);
  await verified(after);
  users.clock.advance(700_000);
  expect((await jwksOf()).keys.map((key) => key.kid)).toEqual([kid]);
  const [stored] = await users.sql`select string_agg(sealed_private_jwk, ' ') as text from signing_keys`;
  expect(stored?.["text"]).not.toContain("Ed25519");
});
