/** The system that is measured: one Postgres with the demo world, and for each variant a router and every subgraph as processes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { subgraphNames } from "../../../schema/subgraphs.ts";
import { startCluster } from "../../chaos/world/cluster.ts";
import { startService, type Service } from "../../../deploy/dev/service.ts";
import { prepareDatabases } from "../../../deploy/embedded/databases.ts";
import { loadSecrets } from "../../../deploy/embedded/keys.ts";
import { choosePorts, type Ports } from "../../../deploy/embedded/ports.ts";
import { startSandboxPsp } from "../../../deploy/embedded/sandbox-psp.ts";
import { serviceSettings, type SettingsOverrides } from "../../../deploy/embedded/settings.ts";
import type { Variant } from "./variants.ts";

/** The services of a variant; `pids` by name. */
export type Running = { variant: Variant; graphqlUrl: string; pids: Record<string, number> };

/** `admin` reads the statistics of statements; `postmaster` is the server's process. */
export type System = { running: Running[]; admin: postgres.Sql; postmaster: number; stop(): Promise<void> };

/** Nothing that was prepared runs out while it is measured. */
const hour = String(3_600_000);
const patience: SettingsOverrides = {
  delivery: { OFFER_EXPIRY_MS: hour, SEARCH_LIMIT_MS: hour, COURIER_STALE_MS: hour },
  orders: { ACCEPTANCE_TIMEOUT_MS: hour },
};

/** Shared by all variants: the databases, and what a service is told of them. */
async function startShared(folder: string, tell: (line: string) => void) {
  const names = ["router", ...subgraphNames] as const;
  const roles = [...subgraphNames, "events"].flatMap((name) => [`${name}_owner`, `${name}_app`]);
  const secrets = await loadSecrets(folder, names, roles);
  const cluster = await startCluster(join(folder, "postgres"), {
    shared_preload_libraries: "pg_stat_statements",
    "pg_stat_statements.track_planning": "on",
  });
  const { adminUrl } = cluster;
  const databases = await prepareDatabases({ adminUrl, secrets, seed: "demo", progress: tell });
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await admin`create extension pg_stat_statements`;
  // Statistics of freshly filled tables: autovacuum would come in the middle of a round.
  for (const name of subgraphNames) {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const sql = postgres(url.href, { max: 1, onnotice: () => {} });
    await sql`vacuum analyze`;
    await sql.end();
  }
  const postmaster = Number(readFileSync(join(folder, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0]);
  return { secrets, cluster, databases, admin, postmaster };
}

type Shared = Awaited<ReturnType<typeof startShared>>;

/** Starts the processes of a variant, the subgraphs first; adds each to `started` at once. */
async function startVariant(
  variant: Variant,
  shared: Shared,
  { ports, pspUrl }: { ports: Ports; pspUrl: string },
  started: Service[],
): Promise<Running> {
  const { secrets, databases } = shared;
  const input = { ports, databases, secrets, pspUrl, logLevel: "warn", overrides: patience };
  const settings = serviceSettings(input);
  const pids: Record<string, number> = {};
  for (const name of [...subgraphNames, "router"] as const) {
    const main = join(variant.root, name === "router" ? "router/main.ts" : `subgraphs/${name}/main.ts`);
    const own = name === "router" ? {} : variant.settings;
    const service = await startService(name, main, { ...settings[name], ...own });
    started.push(service);
    pids[name] = service.pid;
  }
  return { variant, graphqlUrl: `http://127.0.0.1:${ports.router}/graphql`, pids };
}

/** Starts everything in `folder`; stops again what was started when a part fails. */
export async function startVariants(
  folder: string,
  variants: readonly Variant[],
  tell: (line: string) => void,
): Promise<System> {
  const shared = await startShared(folder, tell);
  const started: Service[] = [];
  let stopProvider = async () => {};
  const stop = async () => {
    await Promise.all(started.toReversed().map((service) => service.stop()));
    await stopProvider();
    await shared.admin.end({ timeout: 2 });
    await shared.cluster.stop();
  };
  try {
    const allPorts = await Promise.all(variants.map(() => choosePorts("free")));
    const [first] = allPorts;
    if (!first) throw new Error("there is no variant to measure");
    // One card provider: a payment of one variant may be carried on by another, over the same database.
    const provider = await startSandboxPsp({
      dataFolder: join(folder, "psp"),
      port: first.psp,
      secrets: shared.secrets,
      paymentsPort: first.payments,
    });
    stopProvider = provider.stop;
    const running: Running[] = [];
    for (const [index, variant] of variants.entries()) {
      tell(`starting ${variant.name}`);
      const ports = allPorts[index] ?? first;
      running.push(await startVariant(variant, shared, { ports, pspUrl: provider.url }, started));
    }
    return { running, admin: shared.admin, postmaster: shared.postmaster, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
