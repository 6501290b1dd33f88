/** Whether every service could use what it will be given, before anything is started. */
import { readEnv, SettingsError } from "../../kit/env.ts";
import { env as routerEnv } from "../../router/env.ts";
import { subgraphNames, subgraphs, type SubgraphName } from "../../schema/subgraphs.ts";
import type { Databases } from "./databases.ts";
import type { Secrets } from "./keys.ts";
import type { Ports } from "./ports.ts";
import { serviceSettings, type SettingsOverrides } from "./settings.ts";

const forEach = <T>(value: (name: SubgraphName) => T) =>
  Object.fromEntries(subgraphNames.map((name) => [name, value(name)])) as Record<SubgraphName, T>;

/** Stands for what a start makes itself. */
const invented: { ports: Ports; databases: Databases; secrets: Secrets; pspUrl: string } = {
  ports: { router: 4000, psp: 4010, ...forEach((name) => subgraphs[name].port) },
  databases: {
    appUrls: forEach((name) => `postgres://${name}_app@127.0.0.1/${name}`),
    ownerUrls: forEach((name) => `postgres://${name}_owner@127.0.0.1/${name}`),
    eventsUrl: "postgres://events_owner@127.0.0.1/events",
  },
  secrets: {
    identity: Object.fromEntries(["router", ...subgraphNames].map((kid) => [kid, { kty: "OKP", kid }])),
    databasePasswords: {},
    keyEncryptionKey: Buffer.alloc(32).toString("base64url"),
    stripeSecretKey: "sk_test_none",
    stripeWebhookSecret: "whsec_none",
  },
  pspUrl: "http://127.0.0.1:4010",
};

/** Throws SettingsError with every setting that a service could not use. */
export async function checkSettings(given: {
  logLevel: string;
  logFormat: string;
  overrides: SettingsOverrides;
}): Promise<void> {
  const settings = serviceSettings({ ...invented, ...given });
  const problems: string[] = [];
  for (const name of ["router", ...subgraphNames] as const) {
    const { env } =
      name === "router"
        ? { env: routerEnv }
        : ((await import(`../../subgraphs/${name}/env.ts`)) as { env: typeof routerEnv });
    try {
      readEnv(env, settings[name]);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.message.split("\n").slice(1));
    }
  }
  if (problems.length > 0) throw new SettingsError(`settings cannot be used:\n${[...new Set(problems)].join("\n")}`);
}
