/** A service as a process of its own that can be started again on new code. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../embedded/settings.ts";

/** How long a service may take to stop before it is killed (what it was doing is done again), and to start, milliseconds. */
const stopWithinMs = 1_000;
const startWithinMs = 180_000;

/** A service of the development system. */
export type Service = {
  url: string;
  /** The process as it runs now. */
  readonly pid: number;
  /** Ends the process and starts it on the present code; rejects when that does not become ready. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || isOver(child)) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  await gone;
  clearTimeout(impatient);
}

/** Waits until `url` says that it is ready; throws when the process ends before. */
async function ready(name: string, child: ChildProcess, url: string): Promise<void> {
  const giveUp = Date.now() + startWithinMs;
  for (;;) {
    const answered = await fetch(`${url}/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    if (isOver(child)) throw new Error(`${name} did not start; its message stands above`);
    if (Date.now() > giveUp) throw new Error(`${name} is not ready after ${startWithinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts `main` (a file of the checkout) with `settings`, whose HOST and PORT say where it listens. */
export async function startService(name: string, main: string, settings: Settings): Promise<Service> {
  const url = `http://${settings["HOST"]}:${settings["PORT"]}`;
  let child: ChildProcess | undefined;
  const start = async () => {
    // A cache of compiled modules halves the start; forked, the service ends with this process.
    const env = { NODE_COMPILE_CACHE: join(tmpdir(), "antar-compile-cache"), ...settings };
    child = fork(main, [], { env, stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
    await ready(name, child, url);
  };
  await start();
  return {
    url,
    get pid() {
      return child?.pid ?? 0;
    },
    async restart() {
      await end(child);
      await start();
    },
    stop: () => end(child),
  };
}
