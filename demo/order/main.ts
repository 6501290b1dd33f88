/** `npm run demo`: its own system on free ports, one order from search to COMPLETED, then everything is cleaned up. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "../../kit/server/command.ts";
import { demoId } from "../world/world.ts";
import { playOrder } from "./order.ts";

readCommandLine({
  name: "npm run demo",
  does: "Starts a system of its own, plays one order from search to COMPLETED, and ends with one line of JSON.",
});

const completionDelayMs = 1_000;

/** A new folder for the system's data; throws one line when there can be none. */
function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "antar-demo-"));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new Error(`${tmpdir()} cannot be written (${reason}): set TMPDIR to a folder that can`, { cause: error });
  }
}

/** Starts the embedded system as a child process, which ends with this one; it is told by `ready`. */
function startSystem(dataFolder: string): { child: ChildProcess; ready: Promise<string> } {
  const child = fork(join(import.meta.dirname, "../../deploy/embedded/main.ts"), [], {
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      TMPDIR: tmpdir(),
      PORT: "0",
      ANTAR_DATA: dataFolder,
      ANTAR_SEED: "test",
      // What is tried again by itself would only disturb.
      LOG_LEVEL: "error",
      COMPLETION_DELAY_MS: String(completionDelayMs),
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ready = new Promise<string>((resolve, reject) => {
    let seen = "";
    child.once("exit", (code, signal) => reject(new Error(`the system ended with ${signal ?? code}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      const url = /GraphQL\s+(http\S+)/.exec(seen)?.[1];
      if (url) resolve(url);
    });
  });
  return { child, ready };
}

async function stopSystem(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

/** Rejects when the demo is told to stop, so that it cleans up as after any failure. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => reject(new Error(`ended by ${signal}`)));
});

async function play(url: string): Promise<void> {
  const orderBegan = performance.now();
  const outcome = await playOrder(url, demoId("rst", 0), (who, what) => {
    console.log(`${((performance.now() - orderBegan) / 1000).toFixed(2).padStart(6)} s  ${who.padEnd(10)} ${what}`);
  });
  const { order, payment, ledgerSum } = outcome;
  const good =
    order.state === "COMPLETED" && payment.state === "CAPTURED" && ledgerSum === 0 && outcome.ledgerEntries > 0;
  if (!good) process.exitCode = 1;
  const ms = Math.round(performance.now() - began);
  console.log(JSON.stringify({ order, payment, ledgerSum, events: order.history.length, ms }));
}

const began = performance.now();
let dataFolder: string | undefined;
let child: ChildProcess | undefined;
try {
  dataFolder = temporaryFolder();
  console.log(
    `Starting a system of its own; an order completes ${completionDelayMs} ms after delivery instead of 24 h.`,
  );
  const system = startSystem(dataFolder);
  child = system.child;
  await Promise.race([system.ready.then(play), interrupted]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (child) await stopSystem(child);
  if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
}
