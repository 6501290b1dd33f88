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
const running: ChildProcess[] = [];
const ports: Record<string, number> = {};
let folder: string;
let postgres: RunningPostgres;
let variables: Record<string, string>;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
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

function run(name: string, command: string[]): ChildProcess {
  const [program, ...rest] = command;
  expect(program).toBe("node");
  return spawn(process.execPath, rest, { cwd: root, env: environment(name), stdio: ["ignore", "ignore", "inherit"] });
}

async function healthy(name: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    const [code] = (await once(run(name, services[name]!.healthcheck!.test.slice(1)), "exit")) as [number];
    if (code === 0) return;
    await wait(100);
  }
}

/** Starts a service once those it depends on are up, as compose does. */
const starting = new Map<string, Promise<void>>();
function up(name: string): Promise<void> {
  const known = starting.get(name);
  if (known || name === "postgres") return known ?? Promise.resolve();
  const start = (async () => {
    await Promise.all(Object.keys(services[name]!.depends_on ?? {}).map(up));
    const child = run(name, services[name]!.command);
    running.push(child);
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
  for (const name of Object.keys(services)) if (name !== "prepare") ports[name] = await freePort();
  ports["postgres"] = postgres.port;
});

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("the image's default command is one of compose's", () => {
  const dockerfile = readFileSync(join(root, "deploy/Dockerfile"), "utf8");
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
  expect(Object.values(services).map((service) => service.command)).toContainEqual(command);
});

it("every service becomes healthy, and an order completes through the router", async () => {
  await Promise.all(Object.keys(services).map(up));
  const outcome = await playOrder(`http://127.0.0.1:${ports["router"]}/graphql`, demoId("rst", 0), () => {});
  expect(outcome.order.state).toBe("COMPLETED");
  expect(outcome.ledgerSum).toBe(0);
});
