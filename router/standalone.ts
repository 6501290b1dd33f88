/** `npm run router -- --supergraph FILE --port N [--no-identity]`: the router alone, over any supergraph. */
import "./v8-flags.ts";
import { parseArgs } from "node:util";
import { operationLimits } from "../kit/document/operation-settings.ts";
import { readEnv } from "../kit/env.ts";
import type { RunningHttp } from "../kit/http.ts";
import { createLog } from "../kit/log.ts";
import { runUntilSignal } from "../kit/process.ts";
import { env, standaloneEnv } from "./env.ts";

const usage = `usage: npm run router -- --supergraph FILE [--port N] [--host H] [--no-identity] [--subgraph-errors]
  --supergraph FILE   a composed supergraph whose join directives carry the subgraphs' addresses
  --port N            default 4000; 0 takes any free one
  --host H            default 127.0.0.1
  --no-identity       pass "authorization" on unchanged and sign nothing; not in production
  --subgraph-errors   show clients what subgraphs say of their errors (with --no-identity)`;

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        supergraph: { type: "string" },
        port: { type: "string", default: "4000" },
        host: { type: "string", default: "127.0.0.1" },
        "no-identity": { type: "boolean", default: false },
        "subgraph-errors": { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (values.supergraph && Number.isInteger(port) && port >= 0 && port <= 65_535)
      return { ...values, supergraph: values.supergraph, port };
  } catch {
    // Told below.
  }
  throw new Error(usage);
}

/** Starts the router as the command line `args` say. Throws with the usage, or with what is wrong with the settings. */
export async function startStandalone(args: readonly string[]): Promise<RunningHttp> {
  const given = readArguments(args);
  // Each of the two loads what it takes, and no more: half of the memory of a router that just started is code.
  if (!given["no-identity"]) {
    const { startRouter } = await import("./http/server.ts");
    const settings = readEnv(env);
    const { supergraph: SUPERGRAPH_FILE, port: PORT, host: HOST } = given;
    // Of another graph's scalars nothing is known but their names.
    return startRouter({ ...settings, ROUTER_ENGINE: "antar", SUPERGRAPH_FILE, PORT, HOST }, {});
  }
  const settings = readEnv(standaloneEnv);
  if (settings.NODE_ENV === "production") throw new Error("--no-identity is refused in production");
  const { startOpenRouter } = await import("./http/open-router.ts");
  return startOpenRouter({
    supergraphFile: given.supergraph,
    host: given.host,
    port: given.port,
    introspection: settings.INTROSPECTION ?? true,
    subgraphErrors: given["subgraph-errors"],
    timeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
    maxAnswerBytes: settings.SUBGRAPH_MAX_ANSWER_BYTES,
    maxBodyBytes: 1_000_000,
    maxTokens: settings.MAX_OPERATION_TOKENS,
    limits: operationLimits(settings),
    fastLane: settings.FAST_LANE,
    log: createLog({ service: "router", level: settings.LOG_LEVEL }),
  });
}

if (import.meta.main)
  await runUntilSignal(async () => {
    const http = await startStandalone(process.argv.slice(2));
    console.log(`GraphQL at ${http.url}/graphql`);
    return http;
  });
