/** Settings of the router; the only place in router/ that reads the environment. */
import { z } from "zod";
import { operationSettings } from "../kit/document/operation-settings.ts";
import { issuerKeys, jsonOrFile, privateKey } from "../kit/server/env.ts";
import { logFormat } from "../kit/server/log.ts";
import { trustedProxies } from "./identity/client-address.ts";
import { variantNames } from "../schema/variants.ts";

// Stock gateway would report to its maker unless told not to.
process.env["APOLLO_TELEMETRY_DISABLED"] ??= "true";

/** `all` serves the graph as composed. */
const graphVariants = z.enum(["all", ...variantNames]);

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

/** As browsers send it: apps in a web view have schemes of their own. */
const isOrigin = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/.test(text);

/** Clients' own operations have at most 190 fields, 8 levels, no alias and one field at the root. */
const ownGraph = { tokens: 5_000, fields: 2_000, depth: 25, aliases: 50, rootFields: 20, answerFields: 150_000 };
/** Of a foreign graph nothing is known: these stop what would end the process, and nothing that is asked in earnest. */
const foreignGraph = {
  tokens: 10_000,
  fields: 5_000,
  depth: 50,
  aliases: 500,
  rootFields: 200,
  answerFields: 2_000_000,
};

export const env = z.object({
  /** Port of the public door; 0 takes any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOST: z.string().default("127.0.0.1"),
  /** The composed graph. */
  SUPERGRAPH_FILE: z.string().default("schema/supergraph.graphql"),
  /** Which contract of the graph is served; what it leaves out is unknown to clients. */
  GRAPH_VARIANT: graphVariants.default("all"),
  /** Base address of each subgraph as JSON; a name left out keeps the address in the supergraph. */
  SUBGRAPH_URLS: jsonOrFile(z.record(z.string(), z.string().url())).default({}),
  /** Where the keys of access tokens are published. */
  JWKS_URL: z.string().url(),
  /** Where users tells which sessions have ended; without it the subgraphs alone refuse them. */
  ENDED_SESSIONS_URL: z.string().url().optional(),
  /** How often that is asked, milliseconds: so long an ended session's token may still count here. */
  ENDED_SESSIONS_POLL_MS: z.coerce.number().int().min(10).max(1_000).default(300),
  ACCESS_TOKEN_ISSUER: z.string().default("https://antar.test"),
  ACCESS_TOKEN_AUDIENCE: z.string().default("antar"),
  /** The router's own signing key, for what it tells subgraphs. */
  IDENTITY_PRIVATE_KEY: privateKey,
  /** Kept for symmetry with the subgraphs' settings; the router verifies nobody by it. */
  IDENTITY_PUBLIC_KEYS: issuerKeys.optional(),
  /** Exact origins of browsers that may ask, separated by commas. */
  CORS_ORIGINS: list
    .refine((all) => all.every(isOrigin), "must be origins such as https://app.example.com, separated by commas")
    .default([]),
  /** Proxies whose `x-forwarded-for` is believed: how many stand in a row, or their addresses and ranges, separated by commas; default none. */
  TRUSTED_PROXIES: trustedProxies.prefault(""),
  /** Where people reach this router from outside, such as `https://api.example.com`: they come back to it from the card's issuer. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** What runs the queries: our engine, or stock Apollo Gateway. */
  ROUTER_ENGINE: z.enum(["antar", "apollo"]).default("antar"),
  /** Whether a query that Apollo Server has let through once goes past it from then on; only with our engine. */
  FAST_LANE: z.stringbool().default(true),
  /** Largest answer of a subgraph, bytes. */
  SUBGRAPH_MAX_ANSWER_BYTES: z.coerce.number().int().positive().default(8_000_000),
  /** Longest wait for one subgraph, milliseconds. */
  SUBGRAPH_TIMEOUT_MS: z.coerce.number().int().positive().default(5_000),
  /** Most mutations in one request, aliases counted each. */
  MAX_MUTATIONS: z.coerce.number().int().positive().default(5),
  /** Whether only registered operations run, named by hash or sent as registered; on by default in production. */
  TRUSTED_DOCUMENTS: z.stringbool().optional(),
  /** The registered operations; read again when the file changes. */
  OPERATIONS_FILE: z.string().default("schema/operations.json"),
  /** Whether `/ide` is served; off by default in production. */
  IDE: z.stringbool().optional(),
  /** Whether the IDE offers to sign in as one of the demo accounts; refused in production. */
  IDE_DEMO_SIGN_IN: z.stringbool().default(false),
  /** Whether `/docs`, the reference of the served schema, is there; off by default in production. */
  DOCS: z.stringbool().optional(),
  /** Whether Apollo Sandbox, which is on the internet, is linked and may ask from a browser; on by default where HOST is this machine's alone, never in production. */
  APOLLO_SANDBOX: z.stringbool().optional(),
  /** Whether the schema may be asked for; off by default in production. */
  INTROSPECTION: z.stringbool().optional(),
  ...operationSettings(ownGraph),
  /** Objects and list elements that one answer may have; what is longer than it was estimated ends there. */
  MAX_ANSWER_ELEMENTS: z.coerce.number().int().positive().default(300_000),
  /** Largest answer that is sent. */
  MAX_ANSWER_BYTES: z.coerce.number().int().positive().default(10_000_000),
  /** Longest work on one query: what subgraphs have not answered by then is missing from the answer. Mutations are finished. */
  ANSWER_TIMEOUT_MS: z.coerce.number().int().positive().default(15_000),
  /** Memory that parsed documents, texts of persisted queries and the fast lane's documents may each take by estimate. */
  DOCUMENT_CACHE_BYTES: z.coerce.number().int().positive().default(40_000_000),
  /** Memory that prepared operations may take by estimate: their plans and the code that is generated for them. */
  PLAN_CACHE_BYTES: z.coerce.number().int().positive().default(200_000_000),
  NODE_ENV: z.string().default("development"),
  /** How lines are written: `json`, or `text` for people at a terminal. */
  LOG_FORMAT: logFormat.default("json"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

/** What the router needs where it runs alone, without identities. */
export const standaloneEnv = env
  .pick({
    SUBGRAPH_TIMEOUT_MS: true,
    SUBGRAPH_MAX_ANSWER_BYTES: true,
    FAST_LANE: true,
    ANSWER_TIMEOUT_MS: true,
    DOCUMENT_CACHE_BYTES: true,
    PLAN_CACHE_BYTES: true,
    INTROSPECTION: true,
    NODE_ENV: true,
    LOG_LEVEL: true,
  })
  .extend({
    ...operationSettings(foreignGraph),
    MAX_ANSWER_ELEMENTS: env.shape.MAX_ANSWER_ELEMENTS.default(2_000_000),
    MAX_ANSWER_BYTES: env.shape.MAX_ANSWER_BYTES.default(50_000_000),
  });

export type Env = z.infer<typeof env>;
