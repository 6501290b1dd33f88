/** A service as a process of its own, kept running as an orchestrator would: whatever ends by itself is started again. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const root = join(import.meta.dirname, "../../..");
const restartAfterMs = 300;
const readyWithinMs = 600_000;

/** How a service is run; `url` answers `/ready` or `/health`. */
export type Program = { name: string; entry: string; env: Record<string, string>; logFile: string; readyUrl: string };

/** A supervised service. */
export type Supervised = {
  readonly name: string;
  /** How far its clock is ahead of the machine's, milliseconds. */
  readonly clockOffsetMs: number;
  /** Ends it by kill -9 and keeps it down until `start`. */
  kill(): Promise<void>;
  /** Starts it; `extra` settings hold from now on. */
  start(extra?: Record<string, string>): void;
  pause(): void;
  resume(): void;
  /** Resolves when it answers that it is ready; rejects after ten minutes. */
  ready(): Promise<void>;
  /** How often it ended without having been told to. */
  readonly endedByItself: number;
  /** SIGTERM, then SIGKILL after 20 s. */
  stop(): Promise<void>;
};

const alive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

async function untilReady(url: string, name: string): Promise<void> {
  const giveUp = Date.now() + readyWithinMs;
  for (;;) {
    const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => (await response.arrayBuffer(), response.ok),
      () => false,
    );
    if (ok) return;
    if (Date.now() > giveUp) throw new Error(`${name} did not become ready within ${readyWithinMs} ms`);
    await wait(50);
  }
}

/** Starts the program under supervision. It ends with this process. */
export function supervise(program: Program): Supervised {
  const { name, logFile } = program;
  let env = program.env;
  let wanted = true;
  let endedByItself = 0;
  let child: ChildProcess;
  const launch = () => {
    const log = openSync(logFile, "a", 0o600);
    const fresh = fork(join(root, program.entry), [], {
      cwd: root,
      env,
      stdio: ["ignore", log, log, "ipc"],
      execArgv: [],
    });
    closeSync(log);
    fresh.once("exit", () => {
      if (child !== fresh || !wanted) return;
      endedByItself++;
      setTimeout(() => wanted && child === fresh && launch(), restartAfterMs);
    });
    child = fresh;
  };
  const end = async (signal: NodeJS.Signals) => {
    wanted = false;
    const old = child;
    if (!alive(old)) return;
    const gone = once(old, "exit");
    old.kill("SIGCONT");
    old.kill(signal);
    const impatient = setTimeout(() => old.kill("SIGKILL"), 20_000);
    await gone;
    clearTimeout(impatient);
  };
  process.once("exit", () => child.kill("SIGKILL"));
  launch();
  return {
    name,
    get clockOffsetMs() {
      return Number(env["CLOCK_OFFSET_MS"] ?? 0);
    },
    kill: () => end("SIGKILL"),
    start: (extra = {}) => {
      env = { ...env, ...extra };
      wanted = true;
      launch();
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    ready: () => untilReady(program.readyUrl, name),
    get endedByItself() {
      return endedByItself;
    },
    stop: () => end("SIGTERM"),
  };
}
