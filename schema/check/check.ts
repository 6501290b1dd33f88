/** The check of one variant: the changes since a baseline, who is hit, and whether that may land. */
import { buildSchema, validate, type GraphQLSchema } from "graphql";
import type { RegisteredOperation } from "../operations/registry.ts";
import type { Baseline } from "./baseline.ts";
import type { SchemaChange } from "./change.ts";
import { changesBetween } from "./changes.ts";
import { deprecationProblem } from "./deprecation.ts";

export type Finding = SchemaChange & {
  /** Why this change may not land; null when it may. */
  problem: string | null;
};

export type InvalidOperation = { operation: RegisteredOperation; errors: string[] };

export type CheckResult = {
  baseline: string;
  ok: boolean;
  changes: Finding[];
  /** Registered operations that the new schema no longer takes. */
  invalidOperations: InvalidOperation[];
};

const usedBy = ({ operations }: SchemaChange) =>
  operations.length === 1 ? `operation ${operations[0]?.name}` : `${operations.length} operations`;

function problemOf(before: GraphQLSchema, after: GraphQLSchema, change: SchemaChange, today: string): string | null {
  return change.breaks ? `breaks ${usedBy(change)}` : deprecationProblem(before, after, change, today);
}

/** Those of `operations` that `schema` does not take, each with what is wrong. */
export const invalidIn = (schema: GraphQLSchema, operations: readonly RegisteredOperation[]): InvalidOperation[] =>
  operations.flatMap((operation) => {
    const errors = validate(schema, operation.document).map(({ message }) => message);
    return errors.length > 0 ? [{ operation, errors }] : [];
  });

/**
 * Compares `api` (SDL), one variant of the graph, with the baseline on `today` (ISO date). A breaking change that none of
 * `operations` is hit by passes unless the deprecation policy forbids it.
 */
export async function checkSchema(
  baseline: Baseline,
  api: string,
  operations: readonly RegisteredOperation[],
  today: string,
): Promise<CheckResult> {
  const after = buildSchema(api);
  const changes = (await changesBetween(baseline.schema, after, operations)).map((change) => ({
    ...change,
    problem: problemOf(baseline.schema, after, change, today),
  }));
  const invalidOperations = invalidIn(after, operations);
  return {
    baseline: baseline.name,
    ok: invalidOperations.length === 0 && changes.every(({ problem }) => problem === null),
    changes,
    invalidOperations,
  };
}
