/** The services' own settings: which of them the environment sets, and whether each service could use what it will be given. */
import type { z } from "zod";
import { readEnv, SettingsError } from "../../kit/server/env.ts";
import { env as routerEnv } from "../../router/env.ts";
import { subgraphNames, subgraphs, type SubgraphName } from "../../schema/subgraphs.ts";
import type { Databases } from "./databases.ts";
import { env } from "./env.ts";
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

const services = ["router", ...subgraphNames] as const;

/** The settings that a service reads. */
async function envOf(name: (typeof services)[number]): Promise<z.ZodObject> {
  if (name === "router") return routerEnv;
  return ((await import(`../../subgraphs/${name}/env.ts`)) as { env: z.ZodObject }).env;
}

/** What `environment` sets of each service, but for what a start makes itself: addresses, databases, keys and the like. */
export async function settingsGiven(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<SettingsOverrides> {
  const made = serviceSettings({ ...invented, logLevel: "", overrides: {} });
  const isFree = (name: (typeof services)[number], key: string) =>
    !Object.hasOwn(made[name], key) && !Object.hasOwn(env.shape, key);
  const given = services.map(async (name) => {
    const { shape } = await envOf(name);
    const own = Object.keys(shape).filter((key) => isFree(name, key) && environment[key]);
    return [name, Object.fromEntries(own.map((key) => [key, environment[key]]))] as const;
  });
  return Object.fromEntries(await Promise.all(given));
}

/** Throws SettingsError with every setting that a service could not use. */
export async function checkSettings(given: {
  logLevel: string;
  logFormat: string;
  overrides: SettingsOverrides;
}): Promise<void> {
  const settings = serviceSettings({ ...invented, ...given });
  const problems: string[] = [];
  for (const name of services) {
    try {
      readEnv(await envOf(name), settings[name]);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.message.split("\n").slice(1));
    }
  }
  if (problems.length > 0) throw new SettingsError(`settings cannot be used:\n${[...new Set(problems)].join("\n")}`);
}
