/** Settings of `npm start`. */
import { join, resolve } from "node:path";
import { z } from "zod";
import { logFormat } from "../../kit/log.ts";
import type { SettingsOverrides } from "./settings.ts";

export const env = z.object({
  /** The router's port; the subgraphs follow on PORT+1 …, the sandbox card provider on PORT+10; 0 takes any free ports. */
  PORT: z.coerce.number().int().min(0).max(65_000).default(4000),
  /** Where Postgres, secrets and the sandbox's journal live; by default `.antar` in the checkout, wherever the command is run. */
  ANTAR_DATA: z.string().default(join(import.meta.dirname, "../../.antar")),
  /** Size of the demo world: `test` or `demo`. */
  ANTAR_SEED: z.enum(["test", "demo"]).default("demo"),
  NODE_ENV: z
    .string()
    .default("development")
    .refine(
      (value) => value !== "production",
      "the embedded system has demo accounts and a sandbox card provider: it refuses to start in production",
    ),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("warn"),
  /** How warnings and errors are written: `text` for people, `json` for machines. */
  LOG_FORMAT: logFormat.default("text"),
  /** Milliseconds from delivery to completion of an order; empty keeps the rule's 24 hours. */
  COMPLETION_DELAY_MS: z.string().optional(),
  /** Exact origins of browsers that may ask, separated by commas; empty keeps the router's default. */
  CORS_ORIGINS: z.string().optional(),
  /** Proxies whose `x-forwarded-for` the router believes; empty keeps its default, none. */
  TRUSTED_PROXIES: z.string().optional(),
  /** Whether only registered operations run; empty keeps the router's default, which is off here. */
  TRUSTED_DOCUMENTS: z.string().optional(),
  /** Which contract of the graph is served; empty keeps the router's default, the whole graph. */
  GRAPH_VARIANT: z.string().optional(),
  /** What runs the queries, `antar` or `apollo`; empty keeps the router's default, our engine. */
  ROUTER_ENGINE: z.string().optional(),
});

/** The settings that people change most, for the usage of a command. */
export const settingsHelp: readonly string[] = [
  "Settings of the environment (all: docs/settings.md, under deploy/embedded):",
  "  PORT                 port of the router, the services follow on the next ones; 0 takes any free ports (default 4000)",
  "  ANTAR_DATA           folder of the data (default .antar in the checkout)",
  "  ANTAR_SEED           size of the demo world: test or demo (default demo)",
  "  LOG_LEVEL            fatal, error, warn, info, debug, trace or silent (default warn)",
  "  CORS_ORIGINS         origins of browsers that may ask, separated by commas",
  "  GRAPH_VARIANT        the contract of the graph that is served (default all)",
  "  TRUSTED_DOCUMENTS    on serves registered operations only",
  "  COMPLETION_DELAY_MS  from delivery to completion of an order (default 24 hours)",
];

/** What passes on to orders and to the router as it came. */
export function passedOn(settings: z.infer<typeof env>): SettingsOverrides {
  const given = (names: readonly (keyof typeof settings)[]) =>
    Object.fromEntries(names.flatMap((name) => (settings[name] ? [[name, String(settings[name])]] : [])));
  return {
    orders: given(["COMPLETION_DELAY_MS"]),
    router: given(["CORS_ORIGINS", "TRUSTED_PROXIES", "TRUSTED_DOCUMENTS", "GRAPH_VARIANT", "ROUTER_ENGINE"]),
  };
}

/** The data folder in full, by these settings. */
export const dataFolderOf = (settings: z.infer<typeof env>): string => resolve(settings.ANTAR_DATA);
