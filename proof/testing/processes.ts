/**
 * The services of docker-compose.yml as processes of this machine, for tests: the file's own commands, environments, dependencies
 * and health checks, with hosts, ports and volumes rewritten. Ends everything with the test's process.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { startPostgres, type RunningPostgres } from "../../kit/postgres/embedded.ts";

type Service = {
  command: string[];
  environment: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
};

/** What a test may choose. */
export type ProcessesOptions = {
  /** Values of the file's `${NAME:-default}`. */
  variables?: Record<string, string>;
  /** Environment added to single services, such as shortened durations. */
  settings?: Record<string, Record<string, string>>;
};

const root = join(import.meta.dirname, "../..");

/** The services of docker-compose.yml but for Postgres, by name. */
export const services: Record<string, Service> = (() => {
  const text = readFileSync(join(root, "docker-compose.yml"), "utf8");
  const { postgres: _, ...rest } = (parse(text, { merge: true }) as { services: Record<string, Service> }).services;
  return rest;
})();

/** A free port for each name; all are held until the last is found, so that none comes twice. */
async function choosePorts(names: readonly string[]): Promise<Record<string, number>> {
  const servers = names.map(() => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = names.map((name, index) => [name, (servers[index]!.address() as AddressInfo).port] as const);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return Object.fromEntries(ports);
}

/** Ends the process by `signal`, and by SIGKILL after compose's grace period; resolves when it is gone. */
async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  const impatient = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await gone;
  clearTimeout(impatient);
}

/** The system as processes, each of which can be ended and started by itself. */
export class Processes {
  readonly #options: ProcessesOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "compose-"));
  readonly #children = new Set<ChildProcess>();
  readonly #current = new Map<string, ChildProcess>();
  readonly #starting = new Map<string, Promise<void>>();
  readonly #killAll = () => this.#children.forEach((child) => child.kill("SIGKILL"));
  #ports: Record<string, number> = {};
  #postgres: RunningPostgres | undefined;
  #over = false;
  readonly #crash = Promise.withResolvers<never>();

  constructor(options: ProcessesOptions = {}) {
    this.#options = options;
    // Also when the run itself is broken off.
    process.once("exit", this.#killAll);
    this.#crash.promise.catch(() => {});
  }

  /** Rejects when a service ends that nobody ended; never resolves. */
  get crash(): Promise<never> {
    return this.#crash.promise;
  }

  /** Where clients ask. */
  get graphqlUrl(): string {
    return `http://127.0.0.1:${this.#ports["router"]}/graphql`;
  }

  /** Starts Postgres and every service in the order of their dependencies, each until its own health check passes. */
  async up(): Promise<void> {
    this.#ports = await choosePorts(["postgres", ...Object.keys(services).filter((name) => name !== "prepare")]);
    await this.startPostgres();
    await Promise.all(Object.keys(services).map((name) => this.#upOne(name)));
  }

  /** Ends one service as it runs now; resolves with its process number when it is gone. */
  async end(name: string, signal: NodeJS.Signals): Promise<number> {
    const child = this.#current.get(name);
    if (!child?.pid) throw new Error(`${name} does not run`);
    this.#current.delete(name);
    await end(child, signal);
    return child.pid;
  }

  /** Starts a service that was ended; answers its process number without waiting until it is ready. */
  start(name: string): number {
    return this.#serve(name).pid ?? 0;
  }

  /** Starts Postgres on its port, over what it left. */
  async startPostgres(): Promise<number> {
    const log = { info: () => {}, warn: (...line: unknown[]) => console.warn(...line) };
    const dataFolder = join(this.#folder, "postgres");
    this.#postgres = await startPostgres({ dataFolder, log, durable: false, port: this.#ports["postgres"]! });
    return this.#postgres.pid;
  }

  /** Stops Postgres under everyone who is connected; resolves with its process number when it is gone. */
  async stopPostgres(): Promise<number> {
    await this.#postgres?.stop();
    return this.#postgres?.pid ?? 0;
  }

  /** Ends everything and removes its data. */
  async close(): Promise<void> {
    this.#over = true;
    this.#current.clear();
    process.off("exit", this.#killAll);
    await Promise.all([...this.#children].map((child) => end(child)));
    await this.#postgres?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What compose would put there, with hosts, ports and volumes of this machine. */
  #settle(name: string, value: string): string {
    const { variables = {} } = this.#options;
    const own: Record<string, string> = {
      POSTGRES_PASSWORD: new URL(this.#postgres!.adminUrl).password,
      ANTAR_SEED: "test",
      LOG_LEVEL: "warn",
      ...variables,
    };
    const filled = String(value).replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_all, key: string, other) => own[key] ?? other);
    const moved = filled.replaceAll(/\b([a-z-]+):(\d{4})\b/g, (all, host: string) => {
      const port = this.#ports[host === "localhost" ? "sandbox-psp" : host];
      return port ? `127.0.0.1:${port}` : all;
    });
    for (const volume of services[name]!.volumes ?? []) {
      const [source = "", mount = ""] = volume.split(":");
      // A volume `secrets-users` is the folder `users` in that of `secrets`, as prepare mounts them.
      if (moved.startsWith(mount)) return join(this.#folder, ...source.split("-"), moved.slice(mount.length));
    }
    return moved;
  }

  #environment(name: string): Record<string, string> {
    const given = Object.entries(services[name]!.environment);
    const own = given.map(([key, value]) => [key, this.#settle(name, value)] as const);
    const port = this.#ports[name] ? { PORT: String(this.#ports[name]) } : {};
    return { ...Object.fromEntries(own), ...port, ...this.#options.settings?.[name] };
  }

  /** Runs one of the file's commands; `timeout` (ms) ends it. */
  #run(name: string, [program, ...rest]: string[], timeout?: number): ChildProcess {
    if (this.#over) throw new Error(`too late to start ${name}`);
    if (program !== "node") throw new Error(`${name} is to run ${program}: only node is at hand`);
    const stdio = ["ignore", "ignore", "inherit"] as const;
    const env = this.#environment(name);
    const child = spawn(process.execPath, rest, { cwd: root, env, stdio: [...stdio], timeout });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  #serve(name: string): ChildProcess {
    const child = this.#run(name, services[name]!.command);
    this.#current.set(name, child);
    child.once("exit", (code, signal) => {
      if (this.#current.get(name) === child && code !== 0)
        this.#crash.reject(new Error(`${name} ended by itself (${signal ?? code}); its message stands above`));
    });
    return child;
  }

  /** Starts a service once those it depends on are up, as compose does. */
  #upOne(name: string): Promise<void> {
    if (name === "postgres") return Promise.resolve();
    const known = this.#starting.get(name) ?? this.#startAfterOthers(name);
    this.#starting.set(name, known);
    return known;
  }

  async #startAfterOthers(name: string): Promise<void> {
    await Promise.all(Object.keys(services[name]!.depends_on ?? {}).map((other) => this.#upOne(other)));
    const child = this.#serve(name);
    if (services[name]!.healthcheck) return this.#healthy(name, child);
    const [code] = (await once(child, "exit")) as [number];
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
  }

  /** Asks by itself until the service says that it is ready, which costs less than a process each time; then compose's own check must agree. */
  async #healthy(name: string, child: ChildProcess): Promise<void> {
    const giveUp = Date.now() + 240_000;
    const ready = () =>
      fetch(`http://127.0.0.1:${this.#ports[name]}/ready`).then(
        (response) => response.ok,
        () => false,
      );
    while (!(await ready())) {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
      if (Date.now() > giveUp) throw new Error(`${name} did not become ready`);
      await wait(100);
    }
    const check = this.#run(name, services[name]!.healthcheck!.test.slice(1), 60_000);
    const [code] = (await once(check, "exit")) as [number | null];
    if (code !== 0) throw new Error(`${name} is ready, but its health check in docker-compose.yml says ${code}`);
  }
}
