/** The embedded system as a child process, as `npm start` runs it, and the addresses of its databases. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A running system; `adminUrl` is its Postgres as the administrator. */
export type Embedded = { graphqlUrl: string; adminUrl: string; stop(): Promise<void> };

const completionDelayMs = 1_000;

/** Starts it over `dataFolder` with the demo world, on free ports; rejects when it ends before it is ready. It ends with this process. */
export async function startEmbedded(dataFolder: string): Promise<Embedded> {
  const child = fork(join(import.meta.dirname, "../../../deploy/embedded/main.ts"), [], {
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      TMPDIR: tmpdir(),
      PORT: "0",
      ANTAR_DATA: dataFolder,
      ANTAR_SEED: "demo",
      COMPLETION_DELAY_MS: String(completionDelayMs),
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    execArgv: [],
  });
  const gone = once(child, "exit");
  const graphqlUrl = await new Promise<string>((resolve, reject) => {
    let seen = "";
    void gone.then(([code]) => reject(new Error(`the system ended with ${String(code)}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      const url = /GraphQL\s+(http\S+)/.exec(seen)?.[1];
      if (url) resolve(url);
    });
  });
  const password = readFileSync(join(dataFolder, "postgres/password"), "utf8").trim();
  const port = readFileSync(join(dataFolder, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[3];
  return {
    graphqlUrl,
    adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
