/**
 * The subgraphs of a workload as one process of bare HTTP servers, so cheap that a router in front is the bottleneck:
 * each distinct request is executed once and its answer kept. Started by fork; talks to its parent by messages.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, parse, type GraphQLSchema } from "graphql";
import { gql } from "graphql-tag";
import { variable } from "./workload/data.ts";
import { findWorkload } from "./workload/find.ts";
import type { Workload } from "./workload/workload.ts";

/** How the subgraphs behave from now on: `varying` bytes in each answer, a delay before it, one of them answering 500. */
export type Behaviour = { varying: boolean; delayMs: number; failing: string | null };
export type ToSubgraphs = { behave: Behaviour } | { ask: "fetches" };
export type FromSubgraphs = { urls: Record<string, string> } | { fetches: number } | { behaving: true };

let behaviour: Behaviour = { varying: false, delayMs: 0, failing: null };
let fetches = 0;
let answers = 0;

async function answer(
  body: string,
  schema: GraphQLSchema,
  fieldResolver: Workload["subgraphs"][string]["fieldResolver"],
) {
  const { query, variables, operationName } = JSON.parse(body) as {
    query: string;
    variables?: Record<string, unknown>;
    operationName?: string;
  };
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables ?? null,
    operationName: operationName ?? null,
    fieldResolver: fieldResolver ?? null,
  });
  if (result.errors) console.error(`subgraph error: ${result.errors[0]?.message} in ${body.slice(0, 500)}`);
  return JSON.stringify(result).split(variable);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, text: string): void {
  const send = () =>
    response
      .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
      .end(text);
  if (behaviour.delayMs > 0) setTimeout(send, behaviour.delayMs);
  else send();
}

async function serve(name: string, { sdl, resolvers, fieldResolver }: Workload["subgraphs"][string]): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: gql(sdl), resolvers: resolvers as never }]);
  const kept = new Map<string, string[]>();
  const server = createServer((request, response) => {
    void textOf(request).then(async (body) => {
      fetches += 1;
      if (behaviour.failing === name) return reply(response, 500, '{"errors":[{"message":"down"}]}');
      const parts = kept.get(body) ?? (await answer(body, schema, fieldResolver));
      kept.set(body, parts);
      answers += 1;
      return reply(response, 200, parts.join(behaviour.varying ? String(10_000_000 + answers) : variable));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

const tell = (message: FromSubgraphs) => process.send?.(message);
const workload = findWorkload(process.argv[2] ?? "");
const urls = await Promise.all(
  Object.entries(workload.subgraphs).map(async ([name, subgraph]) => [name, await serve(name, subgraph)] as const),
);
process.on("message", (message: ToSubgraphs) => {
  if ("behave" in message) {
    behaviour = message.behave;
    tell({ behaving: true });
  } else tell({ fetches });
});
process.once("disconnect", () => process.exit(0));
tell({ urls: Object.fromEntries(urls) });
