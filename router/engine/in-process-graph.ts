/** For tests: small subgraphs in this process, composed, with an engine over them and a record of what they were asked. */
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, parse } from "graphql";
import { createEngine, type EngineOptions, type SubgraphAnswer, type SubgraphRequest } from "./engine.ts";

export type TestSubgraph = { sdl: string; resolvers?: Record<string, unknown> };

const header = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external",
  "@provides", "@shareable", "@interfaceObject", "@override", "@context", "@fromContext", "@inaccessible"])\n`;

/** Composes subgraphs; throws with every composition error. */
export function composeGraph(subgraphs: Record<string, TestSubgraph>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, { sdl }]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(header + sdl),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join("\n"));
  return supergraphSdl;
}

/** Answers requests by graphql-js over the subgraphs' own schemas. */
function answerInProcess(subgraphs: Record<string, TestSubgraph>) {
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      name,
      buildSubgraphSchema([{ typeDefs: parse(header + sdl), resolvers: (resolvers ?? {}) as never }]),
    ]),
  );
  return async ({ subgraph, query, operationName, variables, context }: SubgraphRequest): Promise<SubgraphAnswer> => {
    const schema = schemas.get(subgraph);
    if (!schema) throw new Error(`no subgraph ${subgraph}`);
    const result = await execute({
      schema,
      document: parse(query),
      variableValues: variables,
      operationName,
      contextValue: context,
    });
    return { body: JSON.stringify(result) };
  };
}

/** An engine over `subgraphs`. `answerWith` lets another answer stand before theirs, until the next `answerWith`; it also clears `requests`. */
export function testGraph(subgraphs: Record<string, TestSubgraph>, options: Partial<EngineOptions> = {}) {
  type Answer = (request: SubgraphRequest) => Promise<SubgraphAnswer> | SubgraphAnswer | undefined;
  const requests: SubgraphRequest[] = [];
  const inner = answerInProcess(subgraphs);
  const supergraphSdl = composeGraph(subgraphs);
  let answer: Answer = () => undefined;
  const engine = createEngine({
    supergraphSdl,
    fetchSubgraph: async (request) => {
      requests.push(request);
      return (await answer(request)) ?? (await inner(request));
    },
    ...options,
  });
  const answerWith = (other: Answer = () => undefined) => {
    answer = other;
    requests.length = 0;
  };
  return { engine, requests, supergraphSdl, answerWith };
}
