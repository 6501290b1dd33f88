/** The third opinion: the graph as one schema over the same rows, executed by graphql-js. */
import { execute, type DocumentNode, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Row } from "./test-graph.ts";
import type { Truth } from "./truth.ts";

/** Executes an operation over the rows themselves; knows no subgraphs and no faults. */
export type Monolith = (document: DocumentNode, variables: Record<string, unknown>) => Promise<ExecutionResult>;

/** A monolith for a graph's API schema. */
export const createMonolith =
  (apiSchema: GraphQLSchema, truth: Truth): Monolith =>
  async (document, variables) => {
    const world = new Map<string, unknown>();
    return execute({
      schema: apiSchema,
      document,
      variableValues: variables,
      fieldResolver: (parent: Row | undefined, args, _context, { parentType, fieldName }) =>
        truth.valueOf(parent ?? { __typename: parentType.name }, parentType.name, fieldName, args, world),
      typeResolver: (value) => (value as Row).__typename,
    });
  };
