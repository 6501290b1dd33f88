import { type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { access, chown, constants, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { PostgresStartError, postgresPrograms, type PostgresPrograms } from "./programs.ts";
import { makeFolder } from "../server/folder.ts";
import type { Log } from "../server/log.ts";

/** How to start the embedded server. */
export type StartPostgres = {
  /** Created when missing; holds `cluster/`, the administrator's `password` (0600) and `postgres.log`. */
  dataFolder: string;
  /** Port on 127.0.0.1; default 0 = any free one. */
  port?: number;
  log: Pick<Log, "info" | "warn">;
  /** False trades safety against a power cut for speed, for tests; default true. */
  durable?: boolean;
};

/** A running server; `adminUrl` is its superuser's, `stop` ends it cleanly within 10 s. */
export type RunningPostgres = {
  port: number;
  pid: number;
  adminUrl: string;
  stop(): Promise<void>;
};

/** Longest wait for the server, which a busy machine may need, milliseconds. */
const patienceMs = 180_000;

/**
 * Starts the Postgres server that comes from npm, and creates its cluster the first time. It dies with this process, also by kill -9
 * (Linux). Call it from the main thread. Every refusal is a PostgresStartError whose message is one line that says what to do.
 */
export async function startPostgres(options: StartPostgres): Promise<RunningPostgres> {
  const { dataFolder, log } = options;
  await prepareFolder(dataFolder);
  const programs = await postgresPrograms(log);
  await previousServerEnded(dataFolder);
  const password = await initialise(dataFolder, programs);
  const port = await choosePort(options.port ?? 0);
  const server = await spawnServer(options, programs, port);
  let stopping = false;
  server.once("exit", (code, signal) => {
    if (!stopping) log.warn({ code, signal }, "the embedded Postgres ended by itself");
  });
  const stop = async () => {
    stopping = true;
    await endServer(server);
  };
  log.info({ port, pid: server.pid, dataFolder }, "embedded Postgres is ready");
  return {
    port,
    pid: server.pid!,
    adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop,
  };
}

async function prepareFolder(dataFolder: string): Promise<void> {
  try {
    makeFolder(dataFolder, 0o700);
    await access(dataFolder, constants.W_OK | constants.X_OK);
    const probe = join(dataFolder, ".writable");
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new PostgresStartError(
      `data folder ${dataFolder} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another`,
    );
  }
}

/**
 * Waits until no server runs on the folder: one left by a killed parent needs a moment to shut down. Removes a `postmaster.pid`
 * whose process is no such server. Throws PostgresStartError when the server goes on for 5 s.
 */
export async function previousServerEnded(dataFolder: string): Promise<void> {
  const file = join(dataFolder, "cluster/postmaster.pid");
  const giveUp = Date.now() + 5_000;
  for (;;) {
    const pid = Number((await readFile(file, "utf8").catch(() => "")).split("\n")[0]);
    if (!pid) return;
    if (!(await serves(pid, dataFolder))) return await rm(file, { force: true });
    if (Date.now() > giveUp)
      throw new PostgresStartError(`data folder ${dataFolder} is in use by process ${pid}: stop it first`);
    await pause(20);
  }
}

/** Whether process `pid` is a server on this folder: after a power cut the number may belong to anything. */
async function serves(pid: number, dataFolder: string): Promise<boolean> {
  if (existsSync("/proc/self/cmdline")) {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""))
      .split("\0")
      .includes(join(dataFolder, "cluster"));
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Creates the cluster under another name and renames it last, so that a kill in between leaves nothing half made. */
async function initialise(dataFolder: string, programs: PostgresPrograms): Promise<string> {
  const cluster = join(dataFolder, "cluster");
  const passwordFile = join(dataFolder, "password");
  if (existsSync(cluster)) {
    await assertWhole(cluster, passwordFile, programs.major);
    return (await readFile(passwordFile, "utf8")).trim();
  }
  const password = randomBytes(24).toString("base64url");
  const fresh = join(dataFolder, "cluster.new");
  await rm(fresh, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (programs.runAs !== undefined)
    for (const path of [dataFolder, fresh, passwordFile]) await chown(path, programs.runAs, programs.runAs);
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const { code, output } = await programs.run("initdb", [
    "-D",
    fresh,
    "-U",
    "postgres",
    "--auth=scram-sha-256",
    `--pwfile=${passwordFile}`,
    ...locale,
  ]);
  if (code !== 0)
    throw new PostgresStartError(`cannot create a database cluster in ${dataFolder}: ${lastError(output)}`);
  await rename(fresh, cluster);
  return password;
}

async function assertWhole(cluster: string, passwordFile: string, major: string): Promise<void> {
  const version = await readFile(join(cluster, "PG_VERSION"), "utf8").catch(() => "");
  const whole = version !== "" && existsSync(join(cluster, "global/pg_control")) && existsSync(passwordFile);
  if (!whole) throw new PostgresStartError(`${cluster} is not a whole database cluster: move it away to start afresh`);
  if (version.trim() !== major) {
    throw new PostgresStartError(
      `${cluster} was made by Postgres ${version.trim()}, this is ${major}: dump and restore it, or move it away`,
    );
  }
}

/** Binds the port for a moment: Postgres itself would say it less clearly, and cannot choose a free one. */
async function choosePort(port: number): Promise<number> {
  const probe = createServer();
  probe.listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "EADDRINUSE"
        ? "is in use"
        : `cannot be bound (${(error as Error).message})`;
    throw new PostgresStartError(`port ${port} on 127.0.0.1 ${reason}: set another one for Postgres`);
  }
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : port;
}

async function spawnServer(
  { dataFolder, durable = true }: StartPostgres,
  programs: PostgresPrograms,
  port: number,
): Promise<ChildProcess> {
  const cluster = join(dataFolder, "cluster");
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 300,
    timezone: "UTC",
    // Failed statements carry customers' data.
    log_min_error_statement: "panic",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  // A file and not a pipe: a paused parent would fill the pipe and stop the server.
  const logPath = join(dataFolder, "postgres.log");
  const logFile = await open(logPath, "w", 0o600);
  const args = ["-D", cluster, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const server = programs.spawn("postgres", args, logFile.fd);
  await logFile.close();
  const giveUp = Date.now() + patienceMs;
  while (!(await isReady(cluster, server.pid))) {
    if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined || Date.now() > giveUp) {
      server.kill("SIGKILL");
      throw new PostgresStartError(
        `Postgres did not start in ${dataFolder}: ${lastError(await readFile(logPath, "utf8"))} (see ${logPath})`,
      );
    }
    await pause(10);
  }
  return server;
}

/** As pg_ctl does: line 1 of postmaster.pid is the process, line 8 its status. */
async function isReady(cluster: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

async function endServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  server.kill("SIGINT");
  const impatient = setTimeout(() => server.kill("SIGQUIT"), 10_000);
  await exited;
  clearTimeout(impatient);
}

/** The most telling line of Postgres's own output. */
function lastError(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.findLast((line) => /FATAL|error|PANIC/i.test(line)) ?? lines.at(-1) ?? "no output";
  return telling.replace(/^.*?(FATAL|ERROR|PANIC|error):\s*/, "");
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
