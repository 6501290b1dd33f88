/** Without a container engine: docker-compose.yml's own commands, environments and health checks, run as processes. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { playOrder } from "../../clients/demo/order.ts";
import { startPostgres, type RunningPostgres } from "../../kit/embedded-postgres.ts";
import { demoId } from "../../schema/demo.ts";

type Service = {
  command: string[];
  environment: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
};

const root = join(import.meta.dirname, "../..");
const file = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true }) as {
  services: Record<string, Service>;
};
const { postgres: _, ...services } = file.services;
const running = new Set<ChildProcess>();
const ports: Record<string, number> = {};
let folder: string;
let postgres: RunningPostgres;
let variables: Record<string, string>;

/** A free port for each name; all are held until the last is found, so that none comes twice. */
async function choosePorts(names: readonly string[]): Promise<void> {
  const servers = names.map(() => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  for (const [index, name] of names.entries()) ports[name] = (servers[index]!.address() as AddressInfo).port;
  await Promise.all(servers.map((server) => once(server.close(), "close")));
}

/** What compose would put there, with hosts, ports and volumes of this machine. */
function settle(value: string): string {
  const filled = String(value).replaceAll(
    /\$\{(\w+):-([^}]*)\}/g,
    (_all, name: string, other: string) => variables[name] ?? other,
  );
  const moved = filled.replaceAll(/\b([a-z-]+):(\d{4})\b/g, (all, host: string) => {
    const name = host === "localhost" ? "sandbox-psp" : host;
    return ports[name] ? `127.0.0.1:${ports[name]}` : all;
  });
  return moved.replaceAll(/^\/(secrets|psp)/g, join(folder, "$1"));
}

const environment = (name: string): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(services[name]!.environment).map(([key, value]) => [key, settle(value)])),
  ...(ports[name] ? { PORT: String(ports[name]) } : {}),
});

/** Set at the end: whatever still waits for its turn starts no more. */
let over = false;

/** Runs one of compose's commands as a child that the end of this file ends; `timeout` (ms) ends it earlier. */
function run(name: string, command: string[], timeout?: number): ChildProcess {
  if (over) throw new Error(`too late to start ${name}`);
  const [program, ...rest] = command;
  expect(program).toBe("node");
  const stdio = ["ignore", "ignore", "inherit"] as const;
  const child = spawn(process.execPath, rest, { cwd: root, env: environment(name), stdio: [...stdio], timeout });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** As compose's stop: a signal, and after its grace period the end. */
async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await gone;
  clearTimeout(impatient);
}

async function healthy(name: string, child: ChildProcess): Promise<void> {
  const giveUp = Date.now() + 60_000;
  while (Date.now() < giveUp) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    const [code] = (await once(run(name, services[name]!.healthcheck!.test.slice(1), 3_000), "exit")) as [
      number | null,
    ];
    if (code === 0) return;
    await wait(100);
  }
  throw new Error(`${name} did not become healthy`);
}

/** Starts a service once those it depends on are up, as compose does. */
const starting = new Map<string, Promise<void>>();
function up(name: string): Promise<void> {
  const known = starting.get(name);
  if (known || name === "postgres") return known ?? Promise.resolve();
  const start = (async () => {
    await Promise.all(Object.keys(services[name]!.depends_on ?? {}).map(up));
    const child = run(name, services[name]!.command);
    if (services[name]!.healthcheck) return healthy(name, child);
    const [code] = (await once(child, "exit")) as [number];
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
  })();
  starting.set(name, start);
  return start;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "compose-"));
  const log = { info: () => {}, warn: (...line: unknown[]) => console.warn(...line) };
  postgres = await startPostgres({ dataFolder: join(folder, "postgres"), log, durable: false });
  variables = {
    POSTGRES_PASSWORD: new URL(postgres.adminUrl).password,
    ANTAR_SEED: "test",
    COMPLETION_DELAY_MS: "500",
    LOG_LEVEL: "warn",
  };
  await choosePorts(Object.keys(services).filter((name) => name !== "prepare"));
  ports["postgres"] = postgres.port;
});

afterAll(async () => {
  over = true;
  await Promise.all([...running].map(end));
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("the image's default command is one of compose's", () => {
  const dockerfile = readFileSync(join(root, "deploy/Dockerfile"), "utf8");
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
  expect(Object.values(services).map((service) => service.command)).toContainEqual(command);
});

// Also when the run itself is broken off.
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

it("every service becomes healthy, and an order completes through the router", async () => {
  await Promise.all(Object.keys(services).map(up));
  const outcome = await playOrder(`http://127.0.0.1:${ports["router"]}/graphql`, demoId("rst", 0), () => {});
  expect(outcome.order.state).toBe("COMPLETED");
  expect(outcome.ledgerSum).toBe(0);
});
