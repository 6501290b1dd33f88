/** Runs the sandbox card provider as the separate process that a real one would be. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { makeFolder } from "../../kit/server/folder.ts";
import type { Secrets } from "./keys.ts";

/** Longest wait for it to listen, milliseconds. */
const startWithinMs = 180_000;

/** Starts it and waits until it answers. It ends with this process: it watches the channel between the two. */
export async function startSandboxPsp(options: {
  dataFolder: string;
  port: number;
  paymentsPort: number;
  secrets: Secrets;
}): Promise<{ url: string; stop(): Promise<void> }> {
  makeFolder(options.dataFolder, 0o700);
  const url = `http://127.0.0.1:${options.port}`;
  const child = fork(join(import.meta.dirname, "../../sandbox/psp/main.ts"), [], {
    env: {
      PORT: String(options.port),
      HOST: "127.0.0.1",
      DATA_FOLDER: options.dataFolder,
      STRIPE_SECRET_KEY: options.secrets.stripeSecretKey,
      WEBHOOK_SECRET: options.secrets.stripeWebhookSecret,
      WEBHOOK_URL: `http://127.0.0.1:${options.paymentsPort}/webhooks/stripe`,
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // A terminal's Ctrl-C goes to a whole process group; payments is to end before its provider.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let ended = false;
  void gone.then(() => (ended = true));
  const until = Date.now() + startWithinMs;
  for (;;) {
    const answered = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) break;
    if (ended || Date.now() > until)
      throw new Error("the sandbox card provider did not start; its message stands above");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
