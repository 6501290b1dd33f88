/** The sandbox card provider as a process of its own, for tests that run payments in theirs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

const secretKey = "sk_test_model";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts it; it tells nobody of what happens, so payments learns of it by its answers alone. `settings` are payments'. */
export async function startProvider(): Promise<{ settings: Record<string, string>; stop(): Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "model-psp-"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../sandbox/psp/main.ts")], {
    env: {
      PORT: String(port),
      DATA_FOLDER: folder,
      STRIPE_SECRET_KEY: secretKey,
      WEBHOOK_SECRET: "whsec_model_secret",
      LOG_LEVEL: "fatal",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  await vi.waitFor(() => fetch(`${url}/health`), { timeout: 25_000, interval: 30 });
  return {
    settings: { STRIPE_API_URL: url, STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: "whsec_model_secret" },
    stop: async () => {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
