import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSigner, createVerifier } from "../../kit/access/identity.ts";
import { openEndedSessions, type Followed } from "./ended-sessions.ts";

const log = pino({ level: "silent" });
let server: Server;
let sessions: Followed;
let asked: { after: string | null; authorization: string | undefined }[];
let answer: (after: string | null) => { status: number; body: unknown };

beforeEach(async () => {
  asked = [];
  server = createServer(({ url = "", headers }, response) => {
    const after = new URL(url, "http://users").searchParams.get("after");
    asked.push({ after, authorization: headers.authorization });
    const { status, body } = answer(after);
    response.writeHead(status).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  await sessions.stop();
  server.closeAllConnections();
  server.close();
});

async function open() {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk = async (key: typeof privateKey) => ({ ...(await exportJWK(key)), kid: "router-1" });
  const sign = createSigner({ issuer: "router", privateKey: await jwk(privateKey) });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ended-sessions`;
  sessions = openEndedSessions({ url, everyMs: 10, sign, log });
  return createVerifier({ audience: "users", issuers: { router: { keys: [await jwk(publicKey)] } } });
}

test("the router shows users who it is, asks for all first and for news then", async () => {
  answer = (after) => ({
    status: 200,
    body: after === null ? { sessionIds: ["ses_a"], cursor: "7" } : { sessionIds: ["ses_b"], cursor: "9" },
  });
  const verify = await open();
  await vi.waitFor(() => expect([sessions.has("ses_a"), sessions.has("ses_b")]).toEqual([true, true]));
  expect([sessions.isLoaded(), sessions.has("ses_c")]).toEqual([true, false]);
  expect(asked.slice(0, 2).map(({ after }) => after)).toEqual([null, "7"]);
  expect(await verify(asked[0]?.authorization)).toEqual({ kind: "anonymous" });
});

test("while users is away or answers nonsense, what is known counts; then news are asked for again", async () => {
  const answers = [
    { status: 200, body: { sessionIds: ["ses_a"], cursor: "7" } },
    { status: 503, body: {} },
    { status: 200, body: { sessionIds: "all" } },
    { status: 200, body: { sessionIds: ["ses_b"], cursor: "9" } },
  ];
  answer = () => {
    if (asked.length > 1) expect(sessions.has("ses_a")).toBe(true);
    return answers[asked.length - 1] ?? { status: 200, body: { sessionIds: [], cursor: "9" } };
  };
  await open();
  await vi.waitFor(() => expect(sessions.has("ses_b")).toBe(true), { timeout: 10_000 });
  expect(asked.slice(0, 4).map(({ after }) => after)).toEqual([null, "7", "7", "7"]);
  expect(sessions.has("ses_a")).toBe(true);
});

test("without an address nothing is known, and nothing is waited for", async () => {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const sign = createSigner({ issuer: "router", privateKey: await exportJWK(privateKey) });
  sessions = openEndedSessions({ url: undefined, everyMs: 10, sign, log });
  expect([sessions.isLoaded(), sessions.has("ses_a")]).toEqual([true, false]);
});
