/** The settings of each service, as the environment would hold them. */
import { join } from "node:path";
import { subgraphNames, type SubgraphName } from "../../schema/subgraphs.ts";
import type { Databases } from "./databases.ts";
import { publicKeys, type Secrets } from "./keys.ts";
import type { Ports } from "./ports.ts";

export type Settings = Record<string, string>;
export type SettingsOverrides = Partial<Record<SubgraphName | "router", Settings>>;

const local = (port: number) => `http://127.0.0.1:${port}`;

function ownSettings(name: SubgraphName, input: { secrets: Secrets; pspUrl: string }): Settings {
  switch (name) {
    case "users":
      return { KEY_ENCRYPTION_KEY: input.secrets.keyEncryptionKey };
    case "payments":
      return {
        STRIPE_API_URL: input.pspUrl,
        STRIPE_SECRET_KEY: input.secrets.stripeSecretKey,
        STRIPE_WEBHOOK_SECRET: input.secrets.stripeWebhookSecret,
        PAYOUT_TEST_BANK_ACCOUNT: "btok_us_verified",
      };
    default:
      return {};
  }
}

/** Settings of the router and of every subgraph; `overrides` win. */
export function serviceSettings(input: {
  ports: Ports;
  databases: Databases;
  secrets: Secrets;
  pspUrl: string;
  logLevel: string;
  /** Default `json`. */
  logFormat?: string;
  overrides: SettingsOverrides;
}): Record<SubgraphName | "router", Settings> {
  const { ports, databases, secrets, overrides } = input;
  const shared = (issuer: string): Settings => ({
    HOST: "127.0.0.1",
    LOG_LEVEL: input.logLevel,
    LOG_FORMAT: input.logFormat ?? "json",
    SUBGRAPH_URLS: JSON.stringify(Object.fromEntries(subgraphNames.map((name) => [name, local(ports[name])]))),
    IDENTITY_PRIVATE_KEY: JSON.stringify(secrets.identity[issuer]),
    IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys(secrets)),
  });
  const subgraph = (name: SubgraphName): Settings => ({
    ...shared(name),
    // Read by graphql-js alone, as a process of its own: it leaves out checks for developers at every field.
    NODE_ENV: "production",
    PORT: String(ports[name]),
    DATABASE_URL: databases.appUrls[name],
    EVENTS_DATABASE_URL: databases.eventsUrl,
    ...ownSettings(name, input),
    ...overrides[name],
  });
  const router: Settings = {
    ...shared("router"),
    PORT: String(ports.router),
    // In full, since the command may be run from anywhere.
    SUPERGRAPH_FILE: join(import.meta.dirname, "../../schema/supergraph.graphql"),
    OPERATIONS_FILE: join(import.meta.dirname, "../../schema/operations.json"),
    IDE_DEMO_SIGN_IN: "true",
    JWKS_URL: `${local(ports.users)}/.well-known/jwks.json`,
    ENDED_SESSIONS_URL: `${local(ports.users)}/ended-sessions`,
    ...overrides.router,
  };
  const all = subgraphNames.map((name) => [name, subgraph(name)] as const);
  return { router, ...(Object.fromEntries(all) as Record<SubgraphName, Settings>) };
}
