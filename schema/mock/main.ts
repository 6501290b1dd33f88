/**
 * `npm run mock`: the public graph from schema/api.graphql with invented data and no backend.
 * The header `x-mock-result: QuoteExpiredError` makes mutations answer that member of their result.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { readCommandLine } from "../../kit/server/command.ts";
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { env } from "./env.ts";
import { mockSchema } from "./schema.ts";

const { values } = readCommandLine({
  name: "npm run mock",
  does: "The public graph with invented data and no backend; Ctrl-C stops it.",
  options: {
    port: {
      kind: "whole",
      least: 0,
      most: 65_535,
      help: "port to listen on; 0 takes any free one (default 4020, or PORT)",
    },
  },
  more: [
    "The header x-mock-result names the member of its result that a mutation answers, such as QuoteExpiredError.",
    "PORT in the environment is the port where --port is not given.",
  ],
});

const host = "127.0.0.1";

/** Opens `port` for a moment. Rejects with EADDRINUSE where it is taken: the standalone server below would end the process with a stack trace. */
async function requireFree(port: number): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, "listening");
  server.close();
  await once(server, "close");
}

async function start(): Promise<{ stop(): Promise<void> }> {
  const port = values.port ?? readEnv(env).PORT;
  await requireFree(port);
  const api = readFileSync(join(import.meta.dirname, "../api.graphql"), "utf8");
  const server = new ApolloServer({ schema: mockSchema(api), introspection: true, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { host, port },
    context: async ({ req }) => {
      const outcome = req.headers["x-mock-result"];
      return { now: new Date(), outcome: typeof outcome === "string" ? outcome : undefined };
    },
  });
  console.log(`The public graph with invented data: ${url}graphql\nCtrl-C stops it.`);
  return server;
}

await runUntilSignal(start, { say: console.log });
