/** Settings from the environment, typed and checked once at start. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { operationSettings } from "../document/operation-settings.ts";
import { logFormat } from "./log.ts";

/** Settings that cannot be used; `message` lists every problem, one a line. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

const kinds: Readonly<Record<string, string>> = { number: "a number", int: "a whole number", string: "a text" };

/** What zod has to say of a setting, in plain words and without its value; undefined keeps zod's own. */
function plainProblem(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "must be set" : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `must be at least ${issue.minimum}${issue.origin === "string" ? " characters long" : ""}`;
    case "too_big":
      return `must be at most ${issue.maximum}${issue.origin === "string" ? " characters long" : ""}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_format":
      return issue.format === "url" ? "must be a URL" : undefined;
    default:
      return undefined;
  }
}

/** Reads `schema` from `source` (default: the process environment; empty strings count as unset). Throws SettingsError with every problem at once. */
export function readEnv<T extends z.ZodType>(
  schema: T,
  source: Record<string, string | undefined> = process.env,
): z.infer<T> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given, { error: plainProblem });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "settings"}: ${issue.message}`);
  throw new SettingsError(`settings cannot be used:\n${problems.join("\n")}`);
}

/** One line on what is wrong; JSON.parse's own message would quote the text, which may be a secret. */
function complaint(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  if (error instanceof SyntaxError) return "not valid JSON";
  return error instanceof Error ? error.message : "unreadable";
}

/** JSON given inline, or as the path of a file that holds it, so that secrets need not stand in the environment. */
export const jsonOrFile = <T extends z.ZodType>(shape: T) =>
  z.string().transform((text, context): z.infer<T> => {
    try {
      const json = text.trimStart().startsWith("{") ? text : existsSync(text) ? readFileSync(text, "utf8") : undefined;
      if (json === undefined) throw new Error("neither JSON nor the path of a readable file");
      return shape.parse(JSON.parse(json), { error: plainProblem });
    } catch (error) {
      context.addIssue({ code: "custom", message: complaint(error) });
      return z.NEVER;
    }
  });

const jwk = z.looseObject({ kty: z.string(), kid: z.string() });

/** A private signing key (JWK with `kid`). */
export const privateKey = jsonOrFile(jwk);

/** Public keys of every issuer: `{ router: { keys: [...] }, orders: … }`; two per issuer while one is being rotated. */
export const issuerKeys = jsonOrFile(z.record(z.string(), z.object({ keys: z.array(jwk) })));

const day = 86_400_000;

/** The router refuses what clients ask too much; these are wider, since its requests hold keys, entities and renamed fields. */
const operationDefaults = {
  tokens: 20_000,
  fields: 10_000,
  depth: 60,
  aliases: 5_000,
  rootFields: 200,
  answerFields: 500_000,
};

/** Settings that every subgraph has; spread them into its own schema. */
export const subgraphEnv = {
  /** Port to listen on; 0 takes any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Address to listen on. */
  HOST: z.string().default("127.0.0.1"),
  /** The subgraph's own database, as its `_app` role. */
  DATABASE_URL: z.string().url(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(10),
  /** `false` behind a pooler that cannot carry prepared statements. */
  DATABASE_PREPARE: z.stringbool().default(true),
  /** The broker's database. */
  EVENTS_DATABASE_URL: z.string().url(),
  /** An event whose handling died with its process is handed over again after so many seconds, and at most 5 more. */
  EVENTS_REDELIVER_SECONDS: z.coerce.number().int().min(1).default(20),
  /** A timer whose handler died with its process, or is still at it, is taken over after so long; longer than any handler takes. Milliseconds. */
  TIMER_LEASE_MS: z.coerce.number().int().min(1_000).default(60_000),
  /** How long the broker keeps events that every subscriber has. */
  EVENTS_RETENTION_DAYS: z.coerce.number().int().min(1).default(14),
  /** Base address of every subgraph that this one calls, as JSON: `{"menu":"http://127.0.0.1:4002"}`. */
  SUBGRAPH_URLS: jsonOrFile(z.record(z.string(), z.string().url())).default({}),
  /** This service's own signing key, for calls to other subgraphs. */
  IDENTITY_PRIVATE_KEY: privateKey,
  /** Public keys of the router and of the services. */
  IDENTITY_PUBLIC_KEYS: issuerKeys,
  /** How lines are written: `json`, or `text` for people at a terminal. */
  LOG_FORMAT: logFormat.default("json"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** How often rows are deleted whose time is over (the KEEP_… settings), in milliseconds. */
  CLEANUP_INTERVAL_MS: z.coerce.number().int().min(100).default(600_000),
  /** How long events that the broker has are kept for an operator to look at; default 7 days. */
  KEEP_SENT_EVENTS_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(7 * day),
  /** How long ids of received events are kept; later the version of their aggregate alone tells a repetition. Default 30 days. */
  KEEP_RECEIVED_EVENTS_MS: z.coerce
    .number()
    .int()
    .min(day)
    .default(30 * day),
  /** How long a repeated request gets its first answer, at least a day; default 7 days. */
  KEEP_IDEMPOTENCY_KEYS_MS: z.coerce
    .number()
    .int()
    .min(day)
    .default(7 * day),
  /** How long ended sessions are remembered: the longest life of an access token (10 minutes) and a margin; default 20 minutes. */
  KEEP_REVOKED_SESSIONS_MS: z.coerce.number().int().min(660_000).default(1_200_000),
  ...operationSettings(operationDefaults),
  /** Memory that parsed documents may take by estimate. */
  DOCUMENT_CACHE_BYTES: z.coerce.number().int().positive().default(40_000_000),
  /** Most entities of one request. */
  MAX_REPRESENTATIONS: z.coerce.number().int().positive().default(5_000),
  /** Most fields with a resolver of their own that are resolved for one query; what is longer than it was estimated ends there. */
  MAX_RESOLVED_FIELDS: z.coerce.number().int().positive().default(300_000),
  /** Longest work on one query, milliseconds; mutations end by the deadlines of their statements and calls. */
  REQUEST_DEADLINE_MS: z.coerce.number().int().positive().default(10_000),
  /** How often the sessions that have ended are read, milliseconds: so long one may still read here. */
  ENDED_SESSIONS_POLL_MS: z.coerce.number().int().min(10).max(1_000).default(300),
  /** Moves this process's business clock, in milliseconds; for tests and fault injection. */
  CLOCK_OFFSET_MS: z.coerce.number().int().default(0),
} as const;

export type SubgraphEnv = z.infer<z.ZodObject<typeof subgraphEnv>>;
