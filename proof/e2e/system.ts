/** Runs the embedded system as a child process, for tests through the public door. */
import { fork, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { subgraphNames } from "../../schema/subgraphs.ts";
import { routerEngine } from "./env.ts";

export type TestSystem = {
  /** The public endpoint. */
  url: string;
  /** Its process. */
  pid: number;
  /** Base address of each subgraph. */
  subgraphs: Record<string, string>;
  /** Ends the process at once, as a power cut would; resolves when it is gone. */
  kill(): Promise<void>;
  /** Stops it cleanly. */
  stop(): Promise<void>;
};

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once("exit", () => resolve()));

/** A new folder for the data of one system, and its removal. */
export async function dataFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "antar-e2e-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts the system over `folder` on free ports; `settings` join its environment. */
export async function startTestSystem(folder: string, settings: Record<string, string> = {}): Promise<TestSystem> {
  // Forked, it ends with the test's process, however that ends.
  const child = fork(join(import.meta.dirname, "../../deploy/embedded/main.ts"), [], {
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      PORT: "0",
      ANTAR_DATA: folder,
      ANTAR_SEED: "test",
      COMPLETION_DELAY_MS: "500",
      LOG_LEVEL: "error",
      ROUTER_ENGINE: routerEngine,
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const output = await new Promise<string>((resolve, reject) => {
    let seen = "";
    child.once("exit", (code) => reject(new Error(`the system ended with ${code} before it was ready:\n${seen}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      if (seen.includes("Ctrl-C")) resolve(seen);
      // What it logs tells why a test failed.
      for (const line of text.split("\n")) if (line.startsWith("{")) console.error(line);
    });
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended(child);
  };
  const address = (name: string) => new RegExp(`^\\s+${name}\\s+(http\\S+)`, "m").exec(output)?.[1] ?? "";
  return {
    url: address("GraphQL"),
    pid: child.pid ?? 0,
    subgraphs: Object.fromEntries(subgraphNames.map((name) => [name, address(name)])),
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}
