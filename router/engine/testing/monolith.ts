/** The third opinion: the graph as one schema over the same rows, executed by graphql-js. */
import { execute, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from "graphql";
import { createRecorder, underFaults, wholeSubgraph, type Fault, type Recorder } from "./faults.ts";
import type { Row, TestGraph } from "./test-graph.ts";
import type { Truth } from "./truth.ts";

/** Executes an operation over the rows themselves; knows no subgraphs, and of faults those of single fields. */
export type Monolith = (
  operation: { document: DocumentNode; variables: Record<string, unknown>; operationName?: string | undefined },
  recorder?: Recorder,
) => Promise<ExecutionResult>;

/**
 * Faults that mean the same whoever is asked for a field: not those of references, of whole subgraphs, and of fields that several
 * subgraphs have or that others are computed from.
 */
export function isPlainFault(graph: TestGraph, { coordinate, effect }: Fault): boolean {
  if (coordinate.startsWith("@") || wholeSubgraph.includes(effect)) return false;
  const [typeName = "", field = ""] = coordinate.split(".");
  const sdls = Object.values(graph.subgraphs);
  const sets = sdls.flatMap((sdl) =>
    [...sdl.matchAll(/fields: "([^"]*)"/g)].flatMap(([, set = ""]) => set.split(/\W+/)),
  );
  const owners = sdls.filter((sdl) =>
    parse(sdl).definitions.some(
      (type) =>
        "fields" in type && type.name.value === typeName && type.fields?.some(({ name }) => name.value === field),
    ),
  );
  return owners.length === 1 && !sets.includes(field);
}

const textId = (row: Row): string => [row["id"], row["code"], row["vin"]].find((id) => typeof id === "string") ?? "";

/** A monolith for a graph's API schema. */
export const createMonolith =
  (apiSchema: GraphQLSchema, truth: Truth): Monolith =>
  async ({ document, variables, operationName }, recorder = createRecorder()) => {
    const world = new Map<string, unknown>();
    const resolve = (row: Row, typeName: string, field: string, args: Record<string, unknown>) => {
      const coordinate = `${typeName}.${field}`;
      const subgraph = recorder.faults.find((fault) => fault.coordinate === coordinate)?.subgraph;
      const value = () => truth.valueOf(row, typeName, field, args, world);
      return subgraph === undefined ? value() : underFaults(recorder, { subgraph, coordinate, id: textId(row) }, value);
    };
    return execute({
      schema: apiSchema,
      document,
      variableValues: variables,
      operationName,
      fieldResolver: (parent: Row | undefined, args, _context, { parentType, fieldName }) =>
        resolve(parent ?? { __typename: parentType.name }, parentType.name, fieldName, args),
      typeResolver: (value) => (value as Row).__typename,
    });
  };
