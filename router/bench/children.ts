/** Child processes of a run: pinned to a core where `taskset` is there, and never left behind. */
import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Contender } from "./contenders.ts";
import { childEnv } from "./env.ts";

const root = join(import.meta.dirname, "../..");
const children = new Set<ChildProcess>();
const keep = <C extends ChildProcess>(child: C): C => {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
};

/** Whether processes can be pinned: two cores and util-linux's taskset. */
export const canPin = availableParallelism() > 1 && spawnSync("taskset", ["--version"]).status === 0;
/** The router under test has a core of its own; everything else shares the other. */
const routerCore = 1;
const otherCore = 0;

const pin = (pid: number, core: number) => {
  if (canPin) spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
};

/** Forks a helper of this folder on the core that the router does not use. */
export function forkHelper(file: string, ...args: string[]): ChildProcess {
  const child = keep(fork(join(import.meta.dirname, file), args, { env: childEnv }));
  if (child.pid) pin(child.pid, otherCore);
  return child;
}

/** Sends `message` and gives the next answer. Rejects when the helper dies first. */
export function askHelper<T>(helper: ChildProcess, message: object): Promise<T> {
  return new Promise((done, fail) => {
    const died = () => fail(new Error("a helper process of the benchmark ended"));
    helper.once("exit", died);
    helper.once("message", (answer) => {
      helper.off("exit", died);
      done(answer as T);
    });
    helper.send(message);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** `process` takes messages where the contender answers them. */
export type RunningRouter = { name: string; url: string; pid: number; process: ChildProcess };

const answers = async (url: string): Promise<boolean> => {
  const body = JSON.stringify({ query: "{ __typename }" });
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body }).then(
    (response) => response.ok,
    () => false,
  );
};

/** Starts a contender over `supergraph` and waits until it answers. Rejects with its last words when it dies or takes over two minutes. */
export async function startRouter(contender: Contender, supergraph: string): Promise<RunningRouter> {
  const port = await freePort();
  const [program, ...args] = contender.command(supergraph, port);
  const pinned = canPin ? ["taskset", "--cpu-list", String(routerCore), program, ...args] : [program, ...args];
  const child = keep(
    spawn(pinned[0] ?? program, pinned.slice(1), {
      cwd: root,
      env: { ...childEnv, ...contender.env },
      stdio: ["ignore", "pipe", "pipe", ...(contender.answersMessages ? (["ipc"] as const) : [])],
    }),
  );
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (words = (words + String(chunk)).slice(-2000)));
  const url = `http://127.0.0.1:${port}/graphql`;
  const deadline = Date.now() + 120_000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${contender.name} did not start:\n${words.trim()}`);
    await new Promise((next) => setTimeout(next, 50));
  }
  return { name: contender.name, url, pid: child.pid ?? 0, process: child };
}

/** Ends every child. */
export function stopAll(): void {
  for (const child of children) child.kill("SIGKILL");
}
process.once("exit", stopAll);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
