/** The system under test: every service its own process, the subgraphs' databases in one cluster, the broker's in a second. */
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provision } from "../../../kit/postgres/provision.ts";
import type { SeedSize } from "../../../demo/world/world.ts";
import { subgraphNames, type SubgraphName } from "../../../schema/subgraphs.ts";
import { prepareDatabases } from "../../../deploy/embedded/databases.ts";
import { loadSecrets, type Secrets } from "../../../deploy/embedded/keys.ts";
import { choosePorts, type Ports } from "../../../deploy/embedded/ports.ts";
import { serviceSettings } from "../../../deploy/embedded/settings.ts";
import { databaseUrl, startCluster, type Cluster } from "./cluster.ts";
import { aheadOfMidnight, durations, providerDurations } from "./durations.ts";
import { startHttpProxy, type HttpProxy } from "./http-proxy.ts";
import { supervise, type Program, type Supervised } from "./supervised.ts";

/** Every process that may be hit. */
export const serviceNames = [...subgraphNames, "router", "sandbox-psp"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Payments' business day ends so long after the services are started, milliseconds. */
const dayEndsAfterMs = 60_000;

export type World = {
  readonly folder: string;
  readonly graphqlUrl: string;
  readonly services: Record<ServiceName, Supervised>;
  /** The subgraphs' databases, and the broker's. */
  readonly postgres: Cluster;
  readonly broker: Cluster;
  /** Between payments and the card provider, and back. */
  readonly provider: HttpProxy;
  readonly webhooks: HttpProxy;
  /** With which the provider's API is asked. */
  readonly providerKey: string;
  /** Addresses of the databases as their clusters' administrator, for watching, injecting and checking. */
  readonly databases: Record<SubgraphName | "events", string>;
  readonly journal: string;
  /** Ends the services cleanly; the clusters go on, for the checker. */
  stopServices(): Promise<void>;
  stop(): Promise<void>;
};

function programs(folder: string, input: Parameters<typeof serviceSettings>[0], webhookUrl: string): Program[] {
  const settings = serviceSettings(input);
  const { ports, secrets } = input;
  // What an earlier run compiled need not be compiled again: processes come back sooner.
  const base = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    TMPDIR: folder,
    NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
  };
  const ahead = aheadOfMidnight(Date.now(), dayEndsAfterMs);
  const logFile = (name: string) => join(folder, `${name}.log`);
  const psp: Program = {
    name: "sandbox-psp",
    entry: "sandbox/psp/main.ts",
    env: {
      ...base,
      ...providerDurations,
      PORT: String(ports.psp),
      DATA_FOLDER: join(folder, "psp"),
      STRIPE_SECRET_KEY: secrets.stripeSecretKey,
      WEBHOOK_SECRET: secrets.stripeWebhookSecret,
      WEBHOOK_URL: `${webhookUrl}/webhooks/stripe`,
      LOG_LEVEL: "warn",
    },
    logFile: logFile("sandbox-psp"),
    readyUrl: `http://127.0.0.1:${ports.psp}/ready`,
  };
  const ours = (["router", ...subgraphNames] as const).map((name): Program => ({
    name,
    entry: name === "router" ? "router/main.ts" : `subgraphs/${name}/main.ts`,
    env: { ...base, ...settings[name], ...(name === "payments" ? { CLOCK_OFFSET_MS: String(ahead) } : {}) },
    logFile: logFile(name),
    readyUrl: `http://127.0.0.1:${ports[name]}/${name === "router" ? "health" : "ready"}`,
  }));
  return [psp, ...ours];
}

async function prepare(secrets: Secrets, clusters: { main: Cluster; broker: Cluster }, seed: SeedSize, tell: Tell) {
  const { appUrls, ownerUrls } = await prepareDatabases({
    adminUrl: clusters.main.adminUrl,
    secrets,
    seed,
    progress: tell,
  });
  const events = await provision({
    adminUrl: clusters.broker.adminUrl,
    name: "events",
    ownerPassword: secrets.databasePasswords["events_owner"] ?? "",
    appPassword: secrets.databasePasswords["events_app"] ?? "",
  });
  return { appUrls, ownerUrls, eventsUrl: events.ownerUrl };
}

/** Told what is being done, one line each. */
export type Tell = (line: string) => void;

const urlsOf = (main: Cluster, broker: Cluster) =>
  ({
    ...Object.fromEntries(subgraphNames.map((name) => [name, databaseUrl(main.adminUrl, name)])),
    events: databaseUrl(broker.adminUrl, "events"),
  }) as World["databases"];

/** Starts everything in `folder` with a demo world of the given size, and waits until all answer. */
export async function startWorld(folder: string, size: SeedSize, tell: Tell): Promise<World> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const roles = subgraphNames.flatMap((name) => [`${name}_owner`, `${name}_app`]);
  const secrets = await loadSecrets(folder, ["router", ...subgraphNames], [...roles, "events_owner", "events_app"]);
  const ports: Ports = await choosePorts("free");
  tell("starting two clusters of Postgres");
  const [main, broker] = await Promise.all([
    startCluster(join(folder, "postgres"), { track_commit_timestamp: "on" }),
    startCluster(join(folder, "broker")),
  ]);
  const databases = await prepare(secrets, { main, broker }, size, tell);
  const provider = await startHttpProxy(`http://127.0.0.1:${ports.psp}`);
  const webhooks = await startHttpProxy(`http://127.0.0.1:${ports.payments}`);
  const input = { ports, databases, secrets, pspUrl: provider.url, logLevel: "warn", overrides: durations };
  tell("starting the services, each a process");
  const supervised = programs(folder, input, webhooks.url).map(supervise);
  const services = Object.fromEntries(supervised.map((each) => [each.name, each])) as Record<ServiceName, Supervised>;
  await Promise.all(supervised.map((each) => each.ready()));
  const stopServices = async () => {
    await services.router.stop();
    await Promise.all(supervised.map((each) => each.stop()));
  };
  return {
    folder,
    graphqlUrl: `http://127.0.0.1:${ports.router}/graphql`,
    services,
    postgres: main,
    broker,
    provider,
    webhooks,
    providerKey: secrets.stripeSecretKey,
    databases: urlsOf(main, broker),
    journal: join(folder, "psp", "journal.jsonl"),
    stopServices,
    stop: async () => {
      await stopServices();
      await Promise.all([provider.stop(), webhooks.stop(), main.stop(), broker.stop()]);
    },
  };
}
