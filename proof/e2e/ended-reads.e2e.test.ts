/** Whose session has ended reads no more: not through the router, and not at a subgraph with an identity that the router signed before. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, type JWK } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../demo/order/graphql.ts";
import { createSigner, type Caller } from "../../kit/access/identity.ts";
import { demoEmail, demoId, demoPassword, demoUserId } from "../../demo/world/world.ts";
import { act, knock, send, tokenOf } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

const patienceMs = 30_000;
let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;

beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path);
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

const people = `query People($id: ID!) { user(id: $id) { email addresses { line1 } } }`;
const order = `query Order($id: ID!) { order(id: $id) { id state } }`;
type Read = { code: string | undefined; isSeen: boolean };

/** What came of a read through the router. */
async function read(token: string, query: string, id: string): Promise<Read> {
  const { data, errors } = await knock<Record<string, object | null>>(system.url, query, { id }, token);
  return { code: errors[0]?.extensions?.code, isSeen: Object.values(data ?? {}).some((value) => value !== null) };
}

/** The same straight at a subgraph, with an identity that lives as long as the router's do. */
async function readAt(subgraph: string, token: string, query: string, id: string): Promise<Read> {
  const secrets = JSON.parse(readFileSync(join(folder.path, "secrets.json"), "utf8")) as { identity: { router: JWK } };
  const sign = createSigner({ issuer: "router", privateKey: secrets.identity.router });
  const { sub = "", sid, roles } = decodeJwt<{ sid: string; roles: string[] }>(token);
  const caller: Caller = { kind: "user", userId: sub, sessionId: sid, roles, scopes: [] };
  const { data, errors } = await send<Record<string, object | null>>(
    `${system.subgraphs[subgraph]}/graphql`,
    JSON.stringify({ query, variables: { id } }),
    { authorization: `Bearer ${await sign(caller, subgraph)}` },
  );
  return { code: errors[0]?.extensions?.code, isSeen: Object.values(data ?? {}).some((value) => value !== null) };
}

const seen: Read = { code: undefined, isSeen: true };
const refused: Read = { code: "UNAUTHENTICATED", isSeen: false };
const comesToRefuse = (what: string, look: () => Promise<Read>) =>
  until(what, patienceMs, look, ({ code, isSeen }) => code === "UNAUTHENTICATED" && !isSeen);

test("a suspended support agent reads no more of anybody, anywhere", async () => {
  const [admin, agent] = [await tokenOf(system.url, demoEmail.admin()), await tokenOf(system.url, demoEmail.support())];
  const [person, orderId] = [demoUserId.customer(0), demoId("ord", 0)];
  const looks = {
    router: () => read(agent, people, person),
    users: () => readAt("users", agent, people, person),
    orders: () => readAt("orders", agent, order, orderId),
  };
  for (const look of Object.values(looks)) expect(await look()).toEqual(seen);
  const suspended = await act(system.url, admin, "suspendUser", { userId: demoUserId.support(), reason: "A test." });
  expect(suspended.__typename).toBe("SuspendUserSuccess");
  for (const [where, look] of Object.entries(looks)) {
    expect(await comesToRefuse(`${where} to know`, look)).toEqual(refused);
    expect(await look()).toEqual(refused);
  }
  expect(await read(admin, people, person)).toEqual(seen);
});

test("who signed out and still sends the token can sign in with it, and read nothing beside", async () => {
  const token = await tokenOf(system.url, demoEmail.customer(2));
  const me = () => read(token, `query Me($id: ID!) { me { id } order(id: $id) { id } }`, demoId("ord", 0));
  expect((await me()).isSeen).toBe(true);
  const signIn = `mutation In($input: SignInInput!) { signIn(input: $input) { __typename } }`;
  const input = { email: demoEmail.customer(2), password: demoPassword };
  const again = async () =>
    (await knock<{ signIn: { __typename: string } }>(system.url, signIn, { input }, token)).data?.signIn.__typename;
  await knock(system.url, `mutation Out { signOut(input: {}) { __typename } }`, {}, token);
  // At once, when users alone knows of the end, and later, when the router does.
  expect(await again()).toBe("SignInSuccess");
  expect(await comesToRefuse("the router to know", me)).toEqual(refused);
  expect(await again()).toBe("SignInSuccess");
});
