/** A small supergraph with resolvers written by hand, asked through the engine. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, parse, validate, type ExecutionResult } from "graphql";
import { createEngine, type Engine } from "../engine.ts";
import { composeGraph, subgraphSdl } from "./test-graph.ts";

/** GraphQL resolvers by type and field; `__resolveReference` takes the representation. */
export type Resolvers = Record<string, Record<string, (...args: never[]) => unknown>>;

/** A subgraph: its SDL without the federation link, and its resolvers. */
export type Subgraph = { readonly sdl: string; readonly resolvers: Resolvers };

/** One request to a subgraph. */
type Request = { readonly subgraph: string; readonly query: string; readonly variables: Record<string, unknown> };

/** The engine's answer (`errors` as path and message), and what it sent to whom. */
export type Asked = {
  readonly data: unknown;
  readonly errors: readonly { readonly path: readonly (string | number)[] | undefined; readonly message: string }[];
  readonly requests: readonly Request[];
};

const engines = new WeakMap<object, Engine>();

/** Composes the subgraphs once and puts the engine over them; what it sends is noted in the request's context. */
function engineOver(subgraphs: Readonly<Record<string, Subgraph>>): Engine {
  const known = engines.get(subgraphs);
  if (known) return known;
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(subgraphSdl(sdl)), resolvers: resolvers as never }]),
    ]),
  );
  const sdls = Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl] as const);
  const engine = createEngine({
    supergraphSdl: composeGraph(Object.fromEntries(sdls)).supergraphSdl,
    fetchSubgraph: async ({ subgraph, query, variables, context }) => {
      const schema = schemas.get(subgraph);
      if (!schema) throw new Error(`no subgraph ${subgraph}`);
      (context as Request[]).push({ subgraph, query, variables });
      const document = parse(query);
      const errors = validate(schema, document);
      return {
        body: JSON.stringify(
          errors.length > 0 ? { errors } : await execute({ schema, document, variableValues: variables }),
        ),
      };
    },
  });
  engines.set(subgraphs, engine);
  return engine;
}

/** Asks the engine over the subgraphs. Rejects when they do not compose. A subgraph answers errors to a document that is not valid for it. */
export async function ask(
  subgraphs: Readonly<Record<string, Subgraph>>,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Asked> {
  const requests: Request[] = [];
  const { data, errors = [] } = (await engineOver(subgraphs).execute({
    query,
    variables,
    context: requests,
  })) as ExecutionResult;
  return {
    data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)),
    errors: errors.map(({ path, message }) => ({ path, message })),
    requests,
  };
}
