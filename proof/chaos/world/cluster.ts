/** A Postgres cluster that can be killed, paused and started again on its port. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import postgres from "postgres";
import { startPostgres, type RunningPostgres } from "../../../kit/postgres/embedded.ts";

const quiet = { info: () => {}, warn: () => {} };
const startWithinMs = 60_000;

/** A cluster. `kill` is kill -9 of the postmaster: its backends die with it, and the next start recovers from the log. */
export type Cluster = {
  readonly adminUrl: string;
  kill(): void;
  /** Starts it over what it left. */
  start(): Promise<void>;
  /** SIGSTOP of every process of the cluster; `resume` lets them go on. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

/** The address of another database of the same cluster. */
export function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Every process by its parent. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

/** Retries while backends of a killed postmaster still hold its shared memory. */
async function startPatiently(dataFolder: string, port: number): Promise<RunningPostgres> {
  const giveUp = Date.now() + startWithinMs;
  for (;;) {
    try {
      return await startPostgres({ dataFolder, port, log: quiet });
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await wait(100);
    }
  }
}

/** Sets what the server reads at its start only. */
async function withSettings(server: RunningPostgres, dataFolder: string, settings: Record<string, string>) {
  const sql = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
  for (const [name, value] of Object.entries(settings)) await sql.unsafe(`alter system set ${name} = ${value}`);
  await sql.end();
  await server.stop();
  return startPatiently(dataFolder, 0);
}

/** Starts a durable cluster (fsync on: what it acknowledged survives kill -9) in `dataFolder` on a free port, with further settings of Postgres. */
export async function startCluster(dataFolder: string, settings: Record<string, string> = {}): Promise<Cluster> {
  const plain = await startPatiently(dataFolder, 0);
  let server = Object.keys(settings).length > 0 ? await withSettings(plain, dataFolder, settings) : plain;
  const { port, adminUrl } = server;
  const all = () => [server.pid, ...childrenOf(server.pid)];
  const resume = () => all().forEach((pid) => signalTo(pid, "SIGCONT"));
  return {
    adminUrl,
    kill: () => signalTo(server.pid, "SIGKILL"),
    start: async () => {
      server = await startPatiently(dataFolder, port);
    },
    // The postmaster first, so that no backend is born meanwhile.
    pause: () => all().forEach((pid) => signalTo(pid, "SIGSTOP")),
    resume,
    stop: async () => {
      resume();
      await server.stop();
    },
  };
}
