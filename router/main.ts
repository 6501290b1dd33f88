/** Starts the router from the environment. */
import "./v8-flags.ts";
import { readEnv } from "../kit/server/env.ts";
import { runUntilSignal } from "../kit/server/process.ts";
import { env } from "./env.ts";
import { startRouter } from "./http/server.ts";

if (import.meta.main) await runUntilSignal(() => startRouter(readEnv(env)));
