/** Settings of `npm start`; those of the services are set in the same environment and reach them. */
import { join, resolve } from "node:path";
import { z } from "zod";
import { logFormat } from "../../kit/server/log.ts";

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
});

/** The settings that people change most, for the usage of a command. */
export const settingsHelp: readonly string[] = [
  "Settings of the environment (docs/settings.md has all, those of the services too):",
  "  PORT                 port of the router, the services follow on the next ones; 0 takes any free ports (default 4000)",
  "  ANTAR_DATA           folder of the data (default .antar in the checkout)",
  "  ANTAR_SEED           size of the demo world: test or demo (default demo)",
  "  LOG_LEVEL            fatal, error, warn, info, debug, trace or silent (default warn)",
  "  CORS_ORIGINS         origins of browsers that may ask, separated by commas",
  "  GRAPH_VARIANT        the contract of the graph that is served (default all)",
  "  TRUSTED_DOCUMENTS    on serves registered operations only",
  "  COMPLETION_DELAY_MS  from delivery to completion of an order (default 24 hours)",
];

/** The environment as it is: the services' own settings are taken from it by name. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

/** The data folder in full, by these settings. */
export const dataFolderOf = (settings: z.infer<typeof env>): string => resolve(settings.ANTAR_DATA);
