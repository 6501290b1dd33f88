/** `npm start` as a process of its own: what it says when it cannot start, and what is left of it when it is killed. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { descendants, processes, remaining, type Process } from "../../proof/testing/process-table.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const running: ChildProcess[] = [];
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "antar-start-")), "data");
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    const gone = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  }
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

function launch(settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH, PORT: "0", ANTAR_DATA: folder, ANTAR_SEED: "test", LOG_LEVEL: "error", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  return child;
}

/** A start that is expected to fail: its exit code and what it wrote to stderr. */
async function refused(settings: Record<string, string> = {}): Promise<{ code: number; problems: string }> {
  const child = launch(settings);
  child.stdout.resume();
  const [problems, [code]] = await Promise.all([text(child.stderr), once(child, "exit") as Promise<[number]>]);
  return { code, problems };
}

/** Resolves once the process has printed this. */
async function says(child: ReturnType<typeof launch>, words: string): Promise<void> {
  let seen = "";
  child.stderr.pipe(process.stderr);
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    seen += String(chunk);
    if (seen.includes(words)) return void child.stdout.resume();
  }
  throw new Error(`ended before it said "${words}":\n${seen}`);
}

const groupOf = (wanted: number | undefined) => processes().find(({ pid }) => pid === wanted)?.group;

const serverOf = () => Number(readFileSync(join(folder, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0]);

test("a port in use is named in one line", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const { code, problems } = await refused({ PORT: String(port) });
  holder.close();
  expect(code).toBe(1);
  expect(problems).toMatch(new RegExp(`^port ${port} \\(router\\) is in use: [^\\n]+\\n$`));
});

test("a data folder that cannot be written is named in one line", async () => {
  writeFileSync(join(folder, "../a-file"), "");
  const closed = join(folder, "../a-file/data");
  const { code, problems } = await refused({ ANTAR_DATA: closed });
  expect(code).toBe(1);
  expect(problems).toBe(`data folder ${closed} cannot be written (ENOTDIR): set ANTAR_DATA to another\n`);
});

test.runIf(process.platform === "linux")("so is one below /proc, where Node's own way would never end", async () => {
  const { code, problems } = await refused({ ANTAR_DATA: "/proc/antar/x" });
  expect(code).toBe(1);
  expect(problems).toBe("data folder /proc/antar/x cannot be written (ENOENT): set ANTAR_DATA to another\n");
});

test.for([
  ["GRAPH_VARIANT", "everything"],
  ["ROUTER_ENGINE", "none"],
  ["COMPLETION_DELAY_MS", "soon"],
  ["TRUSTED_DOCUMENTS", "perhaps"],
] as const)("%s=%s is named before anything starts", async ([name, value]) => {
  const { code, problems } = await refused({ [name]: value });
  expect(code, problems).toBe(1);
  expect(problems).toMatch(new RegExp(`^settings[^\\n]* cannot be used:\\n  ${name}: [^\\n]+\\n$`));
  expect(existsSync(folder)).toBe(false);
});

test("damaged secrets are named in one line, and left as they are", async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "secrets.json"), `{"identity":`);
  const { code, problems } = await refused();
  expect(code).toBe(1);
  expect(problems).toMatch(/^\S+secrets\.json cannot be read [^\n]+\n$/);
  expect(readFileSync(join(folder, "secrets.json"), "utf8")).toBe(`{"identity":`);
});

test("half a database cluster is named in one line", async () => {
  mkdirSync(join(folder, "postgres/cluster"), { recursive: true });
  writeFileSync(join(folder, "postgres/cluster/PG_VERSION"), "18\n");
  const { code, problems } = await refused();
  expect(code).toBe(1);
  expect(problems).toMatch(/^\S+cluster is not a whole database cluster: [^\n]+\n$/);
});

test("a second start, and a reset, on the folder of a running system are refused in one line", async () => {
  const first = launch();
  await says(first, "Ctrl-C");
  const { code, problems } = await refused();
  expect(code).toBe(1);
  expect(problems).toMatch(new RegExp(`^data folder \\S+ is in use by process ${first.pid}: [^\\n]+\\n$`));
  const reset = spawnSync(process.execPath, [join(import.meta.dirname, "reset.ts")], {
    env: { ANTAR_DATA: folder },
    encoding: "utf8",
  });
  expect(reset).toMatchObject({
    status: 1,
    stderr: `data folder ${folder} is in use by process ${first.pid}: stop it first\n`,
  });
  expect(remaining(descendants(first.pid)).length).toBeGreaterThan(0);
});

const inUse = (holder: string) => `data folder ${folder} is in use by ${holder}: stop it first\n`;

test("of two first starts on one folder one wins, and the other says so in one line", async () => {
  const both = [launch(), launch()];
  const outcome = await Promise.all(
    both.map(async (child) => {
      const problems = text(child.stderr);
      const ready = says(child, "Ctrl-C").then(
        () => true,
        () => false,
      );
      return (await ready) ? { ready: true } : { ready: false, problems: await problems };
    }),
  );
  const winner = both[outcome.findIndex(({ ready }) => ready)];
  const loser = outcome.find(({ ready }) => !ready);
  expect(winner?.exitCode).toBeNull();
  // The winner's number is a hint, which may not be written yet.
  expect([`process ${winner?.pid}`, "another process"].map((holder) => inUse(holder))).toContain(loser?.problems);
  expect(both.find((child) => child !== winner)?.exitCode).toBe(1);
});

test("a reset removes the data of a system, nothing else, and is content when there is none", () => {
  const reset = () =>
    spawnSync(process.execPath, [join(import.meta.dirname, "reset.ts")], {
      env: { ANTAR_DATA: folder },
      encoding: "utf8",
    });
  expect(reset()).toMatchObject({ status: 0, stdout: `nothing to remove: there is no ${folder}\n` });
  mkdirSync(join(folder, "photos"), { recursive: true });
  expect(reset()).toMatchObject({
    status: 1,
    stderr: `${folder} holds photos, which is no system's: nothing was removed\n`,
  });
  rmSync(join(folder, "photos"), { recursive: true });
  mkdirSync(join(folder, "postgres"));
  expect(reset()).toMatchObject({ status: 0, stdout: `removed ${folder}\n` });
  expect(existsSync(folder)).toBe(false);
});

test("a clean stop exits with 0 and ends everything", async () => {
  const system = launch();
  await says(system, "Ctrl-C");
  const started = descendants(system.pid);
  // A terminal's Ctrl-C reaches the whole group: Postgres and the card provider must not hear it before their users.
  expect(started.filter(({ group }) => group === groupOf(system.pid))).toEqual([]);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  system.kill("SIGTERM");
  expect(await once(system, "exit")).toEqual([0, null]);
  expect(remaining(started)).toEqual([]);
});

const isProvider = ({ command }: Process): boolean => command.includes("sandbox/psp/main.ts");

// Elsewhere nothing ends Postgres with its parent; the next start then names the orphan.
test.runIf(process.platform === "linux").for([
  ["ready", (all: Process[]) => all.some(isProvider), "Ctrl-C"],
  ["still starting", (all: Process[]) => all.some(isProvider), "sandbox card"],
] as const)("after a kill -9 while %s, neither Postgres nor the card provider remains", async ([, grown, words]) => {
  const system = launch();
  await says(system, words);
  await expect.poll(() => grown(descendants(system.pid)), { interval: 5, timeout: 10_000 }).toBe(true);
  const started = descendants(system.pid);
  expect(started.map(({ pid }) => pid)).toContain(serverOf());
  expect(started.some(isProvider)).toBe(true);
  system.kill("SIGKILL");
  await expect.poll(() => remaining(started), { interval: 20, timeout: 15_000 }).toEqual([]);
});
