/** A router as a process of its own, since what it plans is told in its log. Its subgraphs are not there: plans are made all the same. */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";

type Line = { msg: string; url?: string; occasion?: string; planned?: number; unknown?: number; operation?: string };

const root = join(import.meta.dirname, "../..");
const supergraph = readFileSync(join(root, "schema/supergraph.graphql"), "utf8");
const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const registry = (...texts: string[]) =>
  JSON.stringify({ operations: Object.fromEntries(texts.map((document) => [sha(document), { document }])) });

const known = "query Known($near: LocationInput!) { restaurants(near: $near, first: 3) { edges { node { name } } } }";
const later = "query Later { me { displayName } }";
const variables = { near: { latitude: 0, longitude: 0 } };

let folder: string;
let router: ChildProcess;
let lines: Line[];
let heard: (() => void)[];

/** As deployments do it: a new file takes the place of the old one. */
function put(file: string, text: string): void {
  writeFileSync(join(folder, `${file}.new`), text);
  renameSync(join(folder, `${file}.new`), join(folder, file));
}

/** The first line from the `from`th on that is as asked for, once it is there. */
async function line(isIt: (line: Line) => boolean, from = 0): Promise<Line> {
  for (;;) {
    const found = lines.slice(from).find(isIt);
    if (found) return found;
    await new Promise<void>((resume) => heard.push(resume));
  }
}

async function start(command: readonly string[], settings: Record<string, string> = {}): Promise<void> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  router = spawn(process.execPath, command, {
    cwd: root,
    env: {
      PORT: "0",
      SUPERGRAPH_FILE: join(folder, "supergraph.graphql"),
      OPERATIONS_FILE: join(folder, "operations.json"),
      JWKS_URL: "http://127.0.0.1:9/",
      IDENTITY_PRIVATE_KEY: JSON.stringify({ kid: "router", ...(await exportJWK(privateKey)) }),
      LOG_LEVEL: "debug",
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  lines = [];
  heard = [];
  if (!router.stdout) throw new Error("no output");
  createInterface(router.stdout).on("line", (text) => {
    if (!/^(\{|GraphQL at )/.test(text)) return;
    const url = /^GraphQL at (.*)\/graphql$/.exec(text)?.[1];
    lines.push(url === undefined ? (JSON.parse(text) as Line) : { msg: "listening", url });
    for (const resume of heard.splice(0)) resume();
  });
}

/** Asks, and then something new: its own planning, once told, is later than any of the first. */
async function plannedFor(query: string, probe: string): Promise<(string | undefined)[]> {
  const { url = "" } = await line(({ msg }) => msg === "listening");
  const from = lines.length;
  for (const text of [query, `query ${probe} { __typename ${probe}: me { id } }`]) {
    const body = JSON.stringify({ query: text, variables });
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(response.status).toBe(200);
  }
  await line(({ msg, operation }) => msg === planning && operation === probe, from);
  return lines.slice(from).flatMap(({ msg, operation }) => (msg === planning ? [operation] : []));
}

const planning = "an operation was planned for a request";
const warmed = (occasion: string) =>
  line((one) => one.msg === "operations were planned ahead" && one.occasion === occasion);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-warm-up-"));
  put("supergraph.graphql", supergraph);
  put("operations.json", registry(known, "query Gone { gone }"));
});
afterEach(async () => {
  router.kill("SIGKILL");
  if (router.exitCode === null && router.signalCode === null) await once(router, "exit");
  rmSync(folder, { recursive: true });
});

/** Longest wait for the processes of one test, milliseconds: several start. */
const timeout = 60_000;

test(
  "registered operations are planned at the start, for a new supergraph, and when others are registered",
  { timeout },
  async () => {
    await start(["router/main.ts"]);
    expect(await warmed("start")).toMatchObject({ planned: 1, unknown: 1, failed: 0, left: 0 });
    expect(await plannedFor(known, "first")).toEqual(["first"]);

    put("supergraph.graphql", `# another\n${supergraph}`);
    // What was asked for meanwhile is planned again as well: the probe, and once only what is registered too.
    expect(await warmed("new supergraph")).toMatchObject({ planned: 2, unknown: 1, failed: 0, left: 0 });
    expect(await plannedFor(known, "second")).toEqual(["second"]);

    expect(await plannedFor(later, "third")).toEqual(["Later", "third"]);
    put("operations.json", registry(known, "query Newer { me { id displayName } }"));
    expect(await warmed("registered operations were replaced")).toMatchObject({ planned: 1, unknown: 0 });
    expect(await plannedFor("query Newer { me { id displayName } }", "fourth")).toEqual(["fourth"]);
  },
);

test(
  "the router alone, which knows no registered operations, plans again what was asked for",
  { timeout },
  async () => {
    await start(
      ["router/standalone.ts", "--supergraph", join(folder, "supergraph.graphql"), "--port", "0", "--no-identity"],
      { NODE_ENV: "development" },
    );
    expect(await plannedFor(known, "first")).toEqual(["Known", "first"]);
    put("supergraph.graphql", `# another\n${supergraph}`);
    expect(await warmed("new supergraph")).toMatchObject({ planned: 2, unknown: 0, failed: 0, left: 0 });
    expect(await plannedFor(known, "second")).toEqual(["second"]);
  },
);
