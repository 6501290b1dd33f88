/** A small supergraph with resolvers written by hand, asked through the engine. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, parse, validate, type ExecutionResult } from "graphql";
import { createEngine } from "../engine.ts";
import { composeGraph, subgraphSdl } from "./test-graph.ts";

/** GraphQL resolvers by type and field; `__resolveReference` takes the representation. */
export type Resolvers = Record<string, Record<string, (...args: never[]) => unknown>>;

/** A subgraph: its SDL without the federation link, and its resolvers. */
export type Subgraph = { readonly sdl: string; readonly resolvers: Resolvers };

/** The engine's answer (`errors` as path and message), and what it sent to whom. */
export type Asked = {
  readonly data: unknown;
  readonly errors: readonly { readonly path: readonly (string | number)[] | undefined; readonly message: string }[];
  readonly requests: readonly {
    readonly subgraph: string;
    readonly query: string;
    readonly variables: Record<string, unknown>;
  }[];
};

/** Composes the subgraphs and asks the engine. Rejects when composition fails. A subgraph answers errors to a document that is not valid for it. */
export async function ask(
  subgraphs: Readonly<Record<string, Subgraph>>,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Asked> {
  const requests: Asked["requests"][number][] = [];
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(subgraphSdl(sdl)), resolvers: resolvers as never }]),
    ]),
  );
  const { supergraphSdl } = composeGraph(
    Object.fromEntries(Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl])),
  );
  const engine = createEngine({
    supergraphSdl,
    fetchSubgraph: async (request) => {
      const schema = schemas.get(request.subgraph);
      if (!schema) throw new Error(`no subgraph ${request.subgraph}`);
      requests.push({ subgraph: request.subgraph, query: request.query, variables: request.variables });
      const document = parse(request.query);
      const errors = validate(schema, document);
      const answer =
        errors.length > 0 ? { errors } : await execute({ schema, document, variableValues: request.variables });
      return { body: JSON.stringify(answer) };
    },
  });
  const { data, errors = [] } = (await engine.execute({ query, variables })) as ExecutionResult;
  return {
    data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)),
    errors: errors.map(({ path, message }) => ({ path, message })),
    requests,
  };
}
