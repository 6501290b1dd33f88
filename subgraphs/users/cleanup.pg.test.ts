import { afterAll, beforeAll, expect, test } from "vitest";
import { rotateKeys } from "./keys/signing-keys.ts";
import { deriveSecrets } from "./keys/secrets.ts";
import { testSecret, testUsers } from "./testing.ts";

const day = 86_400_000;
let users: Awaited<ReturnType<typeof testUsers>>;

beforeAll(async () => {
  users = await testUsers({}, { settings: { SESSION_DAYS: "60" } });
});
afterAll(() => users.stop());

const countOf = async (table: string): Promise<number> =>
  (await users.sql.unsafe(`select count(*)::int as n from ${table}`))[0]?.["n"];

test("ended and expired sessions go with their tokens, thirty days after; live ones keep even their spent tokens", async () => {
  const early = await users.register("early@example.test");
  const spent = (await users.register("live@example.test")).refreshToken;
  users.clock.advance(31 * day);
  const second = (await users.refresh(spent)).refreshToken;
  await users.refresh(second);
  const ended = await users.signIn("early@example.test");
  await users.mutate("signOut", { refreshToken: ended.refreshToken }, "");
  users.clock.advance(29 * day + 1);
  expect((await users.refresh(early.refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect(await users.clean()).toMatchObject({ sessions: 0 });
  users.clock.advance(1 * day);
  expect(await users.clean()).toMatchObject({ sessions: 1 });
  expect([await countOf("sessions"), await countOf("refresh_tokens")]).toEqual([2, 4]);
  const versions = "aggregate_versions where side = 'published' and topic = 'session'";
  expect(await countOf(versions)).toBe(0);
  users.clock.advance(30 * day);
  expect(await users.clean()).toMatchObject({ sessions: 2 });
  expect([await countOf("sessions"), await countOf("refresh_tokens")]).toEqual([0, 0]);
});

test("a spent token of a live session still ends it after a cleanup", async () => {
  const { refreshToken } = await users.register("reuse@example.test");
  const next = await users.refresh(refreshToken);
  users.clock.advance(50 * day);
  await users.clean();
  expect((await users.refresh(refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect((await users.refresh(next.refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect(await countOf("sessions where revoked_for = 'REUSE'")).toBe(1);
});

test("failed sign-ins are forgotten once they no longer slow anybody down", async () => {
  await users.clean();
  await users.signIn("guessed@example.test", "wrong");
  users.clock.advance(10 * 60_000);
  await users.signIn("guessed-later@example.test", "wrong");
  users.clock.advance(6 * 60_000);
  expect(await users.clean()).toMatchObject({ "failed sign-ins": 1 });
  expect(await countOf("sign_in_failures")).toBe(1);
});

test("a retired signing key goes, the others stay", async () => {
  const { sealing } = deriveSecrets(testSecret);
  const now = users.clock.now();
  await users.db.transaction((tx) => rotateKeys(tx, { sealing, now, activeAfterMs: 60_000, tokenSeconds: 600 }));
  expect(await countOf("signing_keys")).toBe(2);
  expect(await users.clean()).toMatchObject({ "signing keys": 0 });
  users.clock.advance(2 * day);
  expect(await users.clean()).toMatchObject({ "signing keys": 1 });
  expect((await users.signIn("reuse@example.test")).__typename).toBe("SignInSuccess");
});
