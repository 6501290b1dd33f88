/**
 * `npm run mock [-- --port N]`: the public graph from schema/api.graphql with invented data and no backend.
 * The header `x-mock-result: QuoteExpiredError` makes mutations answer that member of their result.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { runUntilSignal } from "../../kit/process.ts";
import { mockSchema } from "./schema.ts";

await runUntilSignal(async () => {
  const { values } = parseArgs({ options: { port: { type: "string", default: "4010" } } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is no port`);
  const api = readFileSync(join(import.meta.dirname, "../api.graphql"), "utf8");
  const server = new ApolloServer({ schema: mockSchema(api), introspection: true, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { host: "127.0.0.1", port },
    context: async ({ req }) => {
      const outcome = req.headers["x-mock-result"];
      return { now: new Date(), outcome: typeof outcome === "string" ? outcome : undefined };
    },
  });
  console.log(`The public graph with invented data: ${url}graphql\nStop with Ctrl-C.`);
  return server;
});
