/** `npm run demo`: its own system on free ports, one order from search to COMPLETED, then everything is cleaned up. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoId } from "../../schema/demo.ts";
import { playOrder } from "./order.ts";

const completionDelayMs = 1_000;

/** Starts the embedded system as a child process; resolves with the public endpoint once it is ready. */
function startSystem(dataFolder: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../deploy/embedded/main.ts")], {
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      PORT: "0",
      ANTAR_DATA: dataFolder,
      ANTAR_SEED: "test",
      COMPLETION_DELAY_MS: String(completionDelayMs),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let seen = "";
    child.once("exit", (code) => reject(new Error(`the system ended with ${code} before it was ready`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      const url = /GraphQL\s+(http\S+)/.exec(seen)?.[1];
      if (url) resolve({ url, child });
    });
  });
}

async function stopSystem(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

const began = performance.now();
const dataFolder = await mkdtemp(join(tmpdir(), "antar-demo-"));
let child: ChildProcess | undefined;
try {
  console.log(
    `Starting a system of its own; an order completes ${completionDelayMs} ms after delivery instead of 24 h.`,
  );
  const system = await startSystem(dataFolder);
  child = system.child;
  const orderBegan = performance.now();
  const outcome = await playOrder(system.url, demoId("rst", 0), (who, what) => {
    console.log(`${((performance.now() - orderBegan) / 1000).toFixed(2).padStart(6)} s  ${who.padEnd(10)} ${what}`);
  });
  const { order, payment, ledgerSum } = outcome;
  const good =
    order.state === "COMPLETED" && payment.state === "CAPTURED" && ledgerSum === 0 && outcome.ledgerEntries > 0;
  if (!good) process.exitCode = 1;
  console.log(
    JSON.stringify({
      order,
      payment,
      ledgerSum,
      events: order.history.length,
      ms: Math.round(performance.now() - began),
    }),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (child) await stopSystem(child);
  await rm(dataFolder, { recursive: true, force: true });
}
