import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { argon2 } from "./keys/passwords.ts";
import { testUsers } from "./testing.ts";

let users: Awaited<ReturnType<typeof testUsers>>;
/** While set, verifications wait for it. */
let gate: Promise<void> | null = null;

beforeAll(async () => {
  users = await testUsers(
    {},
    {
      settings: { PASSWORDS_AT_ONCE: "1", PASSWORDS_WAITING: "2" },
      verify: async (passwordHash, password) => {
        await gate;
        return argon2.verify(passwordHash, password);
      },
    },
  );
});
afterAll(() => users.stop());
beforeEach(() => {
  users.verified.length = 0;
});

const strength = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

test("every sign-in that fails has verified one hash of full strength, whether there is an account or not", async () => {
  await users.register("known@example.test");
  const barred = await users.register("barred@example.test");
  const admin = userCaller(newId("usr"), "admin");
  await users.mutate("suspendUser", { userId: barred.user.id, reason: "fraud" }, "", admin);
  const tries: [email: string, password: string, outcome: string][] = [
    ["known@example.test", "wrong", "InvalidCredentialsError"],
    ["unknown@example.test", "wrong", "InvalidCredentialsError"],
    ["no address at all", "wrong", "InvalidCredentialsError"],
    ["known@example.test", "x".repeat(10_000), "InvalidCredentialsError"],
    ["unknown@example.test", "x".repeat(10_000), "InvalidCredentialsError"],
    ["barred@example.test", "wrong", "InvalidCredentialsError"],
    ["barred@example.test", "correct horse", "AccountSuspendedError"],
  ];
  for (const [email, password, outcome] of tries) {
    users.verified.length = 0;
    expect((await users.signIn(email, password)).__typename).toBe(outcome);
    expect(users.verified, `${email} ${outcome}`).toEqual([expect.stringMatching(strength)]);
  }
});

test("the hash that stands in for an unknown account opens none", async () => {
  await users.signIn("nobody@example.test", "");
  expect((await users.signIn("nobody@example.test", "")).__typename).toBe("InvalidCredentialsError");
  expect(new Set(users.verified).size).toBe(1);
});

test("passwords take turns: past the queue a sign-in is told to wait, and the others are served", async () => {
  const opened = Promise.withResolvers<void>();
  gate = opened.promise;
  const refused = Promise.withResolvers<void>();
  const codes: string[] = [];
  const all = Array.from({ length: 8 }, async (_, n) => {
    const text = `mutation M { signIn(input: { email: "crowd${n}@example.test", password: "x" }) { __typename } }`;
    const { data, errors } = await users.graphql(text);
    codes.push(errors?.[0]?.extensions.code ?? data.signIn.__typename);
    if (codes.length === 5) refused.resolve();
  });
  await refused.promise;
  expect(codes).toEqual(Array(5).fill("RATE_LIMITED"));
  expect(users.verified).toHaveLength(1);
  opened.resolve();
  gate = null;
  await Promise.all(all);
  expect(codes.slice(5)).toEqual(Array(3).fill("InvalidCredentialsError"));
  expect(users.verified).toHaveLength(3);
  expect((await users.register("after@example.test")).__typename).toBe("RegisterSuccess");
});
