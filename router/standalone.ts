/** `npm run router -- --supergraph FILE --port N [--no-identity]`: the router alone, over any supergraph. */
import "./v8-flags.ts";
import type { z } from "zod";
import { readCommandLine, refuseCommandLine } from "../kit/server/command.ts";
import { operationLimits } from "../kit/document/operation-settings.ts";
import { readEnv, SettingsError } from "../kit/server/env.ts";
import type { RunningHttp } from "../kit/server/http.ts";
import { createLog } from "../kit/server/log.ts";
import { runUntilSignal } from "../kit/server/process.ts";
import { env, standaloneEnv } from "./env.ts";

const command = {
  name: "npm run router",
  does: "Our router alone, over any supergraph: docs/engine.md; Ctrl-C stops it.",
  options: {
    supergraph: {
      kind: "text",
      value: "FILE",
      help: "a composed supergraph whose join directives carry the subgraphs' addresses; must be given",
    },
    port: { kind: "whole", least: 0, most: 65_535, default: 4000, help: "port to listen on; 0 takes any free one" },
    host: { kind: "text", value: "HOST", default: "127.0.0.1", help: "address to listen on" },
    "no-identity": { kind: "flag", help: 'pass "authorization" on unchanged and sign nothing; not in production' },
    "subgraph-errors": { kind: "flag", help: "show clients what subgraphs say of their errors (with --no-identity)" },
  },
  more: ["The settings of the environment are in docs/settings.md; with --no-identity none has to be set."],
} as const;

type Given = { supergraph: string; port: number; host: string; "no-identity": boolean; "subgraph-errors": boolean };

/** The command line as typed; ends the process where it cannot be used. */
function readArguments(): Given {
  const { supergraph, ...rest } = readCommandLine(command).values;
  if (!supergraph) return refuseCommandLine(command, "--supergraph FILE is missing");
  return { ...rest, supergraph };
}

/** The settings of a router that signs identities. Throws with what is wrong, and the option that needs none. */
function readIdentitySettings(): z.infer<typeof env> {
  try {
    return readEnv(env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(`${error.message}\nWith --no-identity none of them has to be set.`);
  }
}

/** Starts the router as the command line says. Throws with what is wrong with the settings. */
async function startStandalone(given: Given): Promise<RunningHttp> {
  // Each of the two loads what it takes, and no more: half of the memory of a router that just started is code.
  if (!given["no-identity"]) {
    const { startRouter } = await import("./http/server.ts");
    const settings = readIdentitySettings();
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
    documentBytes: settings.DOCUMENT_CACHE_BYTES,
    planBytes: settings.PLAN_CACHE_BYTES,
    maxElements: settings.MAX_ANSWER_ELEMENTS,
    maxBytes: settings.MAX_ANSWER_BYTES,
    answerTimeoutMs: settings.ANSWER_TIMEOUT_MS,
    fastLane: settings.FAST_LANE,
    log: createLog({ service: "router", level: settings.LOG_LEVEL }),
  });
}

const given = readArguments();
await runUntilSignal(
  async () => {
    const http = await startStandalone(given);
    console.log(`GraphQL at ${http.url}/graphql\nCtrl-C stops it.`);
    return http;
  },
  { say: console.log },
);
