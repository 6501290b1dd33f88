import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Caller } from "../../kit/access/identity.ts";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { testUsers } from "./testing.ts";

type SignedIn = { accessToken: string; refreshToken: string; user: { id: string } };

let users: Awaited<ReturnType<typeof testUsers>>;
const admin = userCaller(newId("usr"), "admin");
let email: string;
let phone: SignedIn;
let laptop: SignedIn;

beforeAll(async () => {
  users = await testUsers();
});
afterAll(() => users.stop());
beforeEach(async () => {
  email = `${newId("usr")}@example.test`;
  phone = await users.register(email);
  laptop = await users.signIn(email);
});

/** The caller whom the router makes of an access token. */
function bearer({ accessToken }: SignedIn): Caller {
  const { sub = "", sid, roles } = decodeJwt<{ sid: string; roles: string[] }>(accessToken);
  return { kind: "user", userId: sub, sessionId: sid, roles, scopes: [] };
}

const rename = `mutation M { updateProfile(input: { displayName: "Tono" }) { __typename } }`;

/** Whether a mutation of this token still runs. */
async function mayChange(tokens: SignedIn): Promise<boolean> {
  const { data, errors } = await users.graphql(rename, {}, bearer(tokens));
  if (errors) expect(errors.map(({ extensions }) => extensions.code)).toEqual(["UNAUTHENTICATED"]);
  return data?.updateProfile?.__typename === "UpdateProfileSuccess";
}

/** Sessions of the person whose end was told to the platform. */
async function told(): Promise<string[]> {
  const ended = (await users.outbox()).filter((event) => event.type === "session.revoked.v1");
  return ended
    .map((event) => event.data as { sessionId: string; userId: string })
    .filter(({ userId }) => userId === phone.user.id)
    .map(({ sessionId }) => sessionId);
}

const sid = (tokens: SignedIn) => (bearer(tokens) as { sessionId: string }).sessionId;

test("signing out stops that session's access token at once, and no other", async () => {
  expect(await mayChange(phone)).toBe(true);
  await users.mutate("signOut", { refreshToken: phone.refreshToken }, "");
  expect(await mayChange(phone)).toBe(false);
  expect(await mayChange(laptop)).toBe(true);
  expect(await told()).toEqual([sid(phone)]);
});

test("a spent refresh token shown again stops the session", async () => {
  await users.refresh(phone.refreshToken);
  users.clock.advance(11_000);
  await users.refresh(phone.refreshToken);
  expect([await mayChange(phone), await mayChange(laptop)]).toEqual([false, true]);
  expect(await told()).toEqual([sid(phone)]);
});

test("a new password stops the other sessions, not the one that set it", async () => {
  const input = { currentPassword: "correct horse", newPassword: "battery staple" };
  const changed = await users.mutate("changePassword", input, "", bearer(laptop));
  expect(changed.__typename).toBe("ChangePasswordSuccess");
  expect([await mayChange(phone), await mayChange(laptop)]).toEqual([false, true]);
  expect(await told()).toEqual([sid(phone)]);
});

test("suspension stops every session", async () => {
  await users.mutate("suspendUser", { userId: phone.user.id, reason: "fraud" }, "", admin);
  expect([await mayChange(phone), await mayChange(laptop)]).toEqual([false, false]);
  expect((await told()).toSorted()).toEqual([sid(phone), sid(laptop)].toSorted());
});

test("erasure stops every session", async () => {
  await users.mutate("eraseMe", { password: "correct horse" }, "", bearer(laptop));
  expect([await mayChange(phone), await mayChange(laptop)]).toEqual([false, false]);
  expect((await told()).toSorted()).toEqual([sid(phone), sid(laptop)].toSorted());
});

test("a role taken away stops every session, since tokens name the roles; a role given does not", async () => {
  const setRoles = (...roles: string[]) => users.mutate("setRoles", { userId: phone.user.id, roles }, "", admin);
  await setRoles("CUSTOMER", "COURIER");
  expect([await mayChange(phone), await mayChange(laptop)]).toEqual([true, true]);
  expect(await told()).toEqual([]);
  await setRoles("CUSTOMER");
  expect([await mayChange(phone), await mayChange(laptop)]).toEqual([false, false]);
  expect((await told()).toSorted()).toEqual([sid(phone), sid(laptop)].toSorted());
  expect((await users.refresh(phone.refreshToken)).__typename).toBe("InvalidRefreshTokenError");
  expect((await users.signIn(email)).user.roles).toEqual(["CUSTOMER"]);
});

test("nothing of a mutation runs for an ended session, a second field neither", async () => {
  await users.mutate("signOut", { refreshToken: phone.refreshToken }, "");
  const both = `mutation M { a: updateProfile(input: { displayName: "Eve" }) { __typename }
    b: updatePreferences(input: { promotions: true }) { __typename } }`;
  const { data, errors } = await users.graphql(both, {}, bearer(phone));
  expect(data ?? null).toBeNull();
  expect(errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  const me = await users.graphql(
    "{ me { displayName preferences { notifications { promotions } } } }",
    {},
    bearer(laptop),
  );
  expect(me.data.me).toEqual({ displayName: "Ayu", preferences: { notifications: { promotions: false } } });
});

test("what the platform is told comes back to users and changes nothing", async () => {
  await users.mutate("signOut", { refreshToken: phone.refreshToken }, "");
  const event = (await users.outbox()).find(({ aggregateId }) => aggregateId === sid(phone));
  expect(await users.deliver(event!)).toBe("applied");
  expect(await mayChange(phone)).toBe(false);
});

const readMe = async (tokens: SignedIn) => {
  const { data, errors } = await users.graphql("{ me { email } }", {}, bearer(tokens));
  return data?.me?.email ?? errors?.[0]?.extensions.code;
};

test.each<[string, () => Promise<unknown>, [string, string]]>([
  [
    "signing out",
    () => users.mutate("signOut", { refreshToken: phone.refreshToken }, ""),
    ["UNAUTHENTICATED", "reads"],
  ],
  [
    "suspension",
    () => users.mutate("suspendUser", { userId: phone.user.id, reason: "fraud" }, "", admin),
    ["UNAUTHENTICATED", "UNAUTHENTICATED"],
  ],
  [
    "a new password",
    () =>
      users.mutate(
        "changePassword",
        { currentPassword: "correct horse", newPassword: "battery staple" },
        "",
        bearer(laptop),
      ),
    ["UNAUTHENTICATED", "reads"],
  ],
])("after %s an ended session reads no more either", async (_, endIt, outcome) => {
  expect([await readMe(phone), await readMe(laptop)]).toEqual([email, email]);
  await endIt();
  await users.learnEnded();
  expect([await readMe(phone), await readMe(laptop)]).toEqual(outcome.map((come) => (come === "reads" ? email : come)));
});

test("routers are told which sessions have ended, since a cursor; nobody else is, the router's own callers aside", async () => {
  const read = async (search: string, headers: Record<string, string>) => {
    const response = await fetch(`${users.url}/ended-sessions${search}`, { headers });
    return { status: response.status, body: (await response.json()) as { sessionIds: string[]; cursor: string } };
  };
  const as = async (caller: Caller) => ({ authorization: `Bearer ${await users.identityOf(caller)}` });
  const router = await as({ kind: "anonymous" });
  const before = await read("", router);
  await users.mutate("signOut", { refreshToken: phone.refreshToken }, "");
  const after = await read(`?after=${before.body.cursor}`, router);
  expect(after).toMatchObject({ status: 200, body: { sessionIds: [sid(phone)] } });
  expect((await read("", {})).status).toBe(401);
  expect((await read("", await as({ kind: "service", service: "orders" }))).status).toBe(401);
  expect((await read("?after=1;drop", router)).status).toBe(400);
});
