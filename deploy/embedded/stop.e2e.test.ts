/** The commands that serve, started by npm as people and supervisors do: whoever ends npm ends all that it started. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { descendants, remaining, type Process } from "../../proof/testing/process-table.ts";

const root = join(import.meta.dirname, "../..");
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
let folder: string;
let known: Process[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-stop-"));
});
afterEach(() => {
  // Only what a failed test has left.
  const left = new Set(remaining(known));
  for (const { pid, command } of known) if (left.has(`${pid} ${command}`)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const commands = {
  "npm start": ["start"],
  "npm run dev": ["run", "dev"],
  "npm run mock": ["run", "mock"],
  "npm run router": ["run", "router", "--", "--supergraph=schema/supergraph.graphql", "--port=0", "--no-identity"],
};

type Running = { npm: ChildProcess; said(): string };

/** Starts a command by npm, in a process group of its own as a terminal does, and waits until it serves. */
async function launch(command: keyof typeof commands): Promise<Running> {
  const own = { PORT: "0", ANTAR_DATA: join(folder, "data"), ANTAR_SEED: "test", LOG_LEVEL: "error" };
  const quiet = { HOME: folder, npm_config_update_notifier: "false" };
  const npm = spawn("npm", commands[command], {
    cwd: root,
    detached: true,
    env: { PATH, ...quiet, ...own },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding("utf8").on("data", (text) => void (said += text));
  npm.once("exit", (code, signal) => void (said += `\nended by ${signal ?? code}`));
  await expect.poll(() => said, { timeout: 240_000, interval: 50 }).toMatch(/Ctrl-C|ended by/);
  expect(said).not.toContain("ended by");
  known = descendants(npm.pid);
  expect(known.length).toBeGreaterThan(0);
  return { npm, said: () => said };
}

const nothingLeft = () => expect.poll(() => remaining(known), { interval: 50, timeout: 30_000 }).toEqual([]);

test.for(Object.keys(commands) as (keyof typeof commands)[])(
  "SIGTERM to the npm of `%s` stops all of it, cleanly",
  async (command) => {
    const { npm, said } = await launch(command);
    npm.kill("SIGTERM");
    await once(npm, "exit");
    await nothingLeft();
    expect(said()).toContain("Stopping …");
  },
);

test.for([
  ["npm start", "SIGHUP"],
  ["npm start", "SIGKILL"],
  ["npm run dev", "SIGHUP"],
  ["npm run mock", "SIGHUP"],
  ["npm run router", "SIGKILL"],
] as const)("`%s` ends with its npm, which %s ends without a word", async ([command, signal]) => {
  const { npm } = await launch(command);
  npm.kill(signal);
  await once(npm, "exit");
  await nothingLeft();
});

test("Ctrl-C at a terminal, which npm passes on once more, says that it is stopping, and stops once", async () => {
  const { npm, said } = await launch("npm start");
  process.kill(-(npm.pid ?? 0), "SIGINT");
  await once(npm, "exit");
  await nothingLeft();
  expect(said().match(/Stopping/g)).toHaveLength(1);
  expect(said()).toContain("ended by 0");
});
