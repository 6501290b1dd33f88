/** The whole system on one machine: its own Postgres, every subgraph and the router in this process, the sandbox PSP beside it. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "../../kit/postgres/embedded.ts";
import { makeFolder } from "../../kit/server/folder.ts";
import { createLog, type Log } from "../../kit/server/log.ts";
import { migrate } from "../../kit/database/migrate.ts";
import type { SeedSize } from "../../demo/world/world.ts";
import { subgraphNames, type SubgraphName } from "../../schema/subgraphs.ts";
import { migrationsOf } from "../migrations.ts";
import { prepareDatabases } from "./databases.ts";
import { firstAnswers } from "./first-answers.ts";
import { lockFolder } from "./folder-lock.ts";
import { loadSecrets } from "./keys.ts";
import { patientProgress } from "./progress.ts";
import { choosePorts, type PortChoice } from "./ports.ts";
import { startSandboxPsp } from "./sandbox-psp.ts";
import { checkSettings } from "./service-env.ts";
import { serviceSettings, type SettingsOverrides } from "./settings.ts";
import { inProcess, type Starters } from "./starters.ts";

export type SystemOptions = {
  /** Holds everything that lasts: Postgres, secrets, the sandbox PSP's journal. */
  dataFolder: string;
  ports: PortChoice;
  /** Size of the demo world; nothing is seeded where it is there already. */
  seed: SeedSize;
  logLevel: string;
  /** How lines are written, `json` by default or `text`. */
  logFormat?: "json" | "text";
  /** Settings per service that replace the defaults, such as shortened durations. */
  settings?: SettingsOverrides;
  /** How services are started; within this process unless told otherwise. */
  starters?: Starters;
  /** Told what is being done, one line each. */
  progress(line: string): void;
};

export type RunningSystem = {
  /** The public endpoint, `…/graphql`. */
  graphqlUrl: string;
  routerUrl: string;
  urls: Record<SubgraphName, string>;
  pspUrl: string;
  /** Applies what a subgraph's database lacks; answers the names of the migrations. */
  migrate(name: SubgraphName): Promise<string[]>;
  stop(): Promise<void>;
};

type Stoppable = { stop(): Promise<void> };

/** Stops in the opposite order of starting; the first failure is rethrown after all were tried. */
async function stopAll(parts: readonly Stoppable[], log: Log): Promise<void> {
  for (const part of parts.toReversed()) {
    await part.stop().catch((error: unknown) => log.error({ err: error }, "stopping failed"));
  }
}

/** Makes sure that the folder is there and can be written; throws one line that says what to do. */
function openFolder(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new Error(`data folder ${folder} cannot be written (${reason}): set ANTAR_DATA to another`);
  }
}

/** Starts everything, in dependency order; what had been started is stopped again when a part fails. */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const { dataFolder, logFormat = "json" } = options;
  const { progress, ended } = patientProgress(options.progress);
  const log = createLog({ service: "embedded", level: options.logLevel, format: logFormat });
  const parts: Stoppable[] = [];
  try {
    await checkSettings({ logLevel: options.logLevel, logFormat, overrides: options.settings ?? {} });
    openFolder(dataFolder);
    const lock = lockFolder(dataFolder);
    parts.push({ stop: async () => lock.release() });
    const roles = subgraphNames.flatMap((name) => [`${name}_owner`, `${name}_app`]);
    const secrets = await loadSecrets(
      dataFolder,
      ["router", ...subgraphNames],
      [...roles, "events_owner", "events_app"],
    );
    const ports = await choosePorts(options.ports);
    progress("starting Postgres");
    const postgres = await startPostgres({ dataFolder: join(dataFolder, "postgres"), log });
    parts.push(postgres);
    const databases = await prepareDatabases({ adminUrl: postgres.adminUrl, secrets, seed: options.seed, progress });
    progress("starting the sandbox card provider");
    const psp = await startSandboxPsp({
      dataFolder: join(dataFolder, "sandbox-psp"),
      port: ports.psp,
      secrets,
      paymentsPort: ports.payments,
    });
    parts.push(psp);
    const settings = serviceSettings({
      ports,
      databases,
      secrets,
      pspUrl: psp.url,
      logLevel: options.logLevel,
      logFormat,
      overrides: options.settings ?? {},
    });
    progress("starting the subgraphs");
    const starters = options.starters ?? inProcess;
    for (const name of subgraphNames) parts.push(await starters.subgraph(name, settings[name]));
    progress("starting the router");
    const router = await starters.router(settings.router);
    parts.push(router);
    progress("asking the first questions");
    await firstAnswers(router.url);
    const urls = Object.fromEntries(subgraphNames.map((name) => [name, `http://127.0.0.1:${ports[name]}`]));
    return {
      graphqlUrl: `${router.url}/graphql`,
      routerUrl: router.url,
      urls: urls as Record<SubgraphName, string>,
      pspUrl: psp.url,
      migrate: (name) => migrate({ ownerUrl: databases.ownerUrls[name], folder: migrationsOf(name) }),
      stop: () => stopAll(parts, log),
    };
  } catch (error) {
    await stopAll(parts, log);
    throw error;
  } finally {
    ended();
  }
}
