/** A whole check: composition, the changes since a baseline, who is hit, and whether that may land. */
import { buildSchema, validate, type GraphQLSchema } from "graphql";
import type { RegisteredOperation } from "../operations/registry.ts";
import type { Baseline } from "./baseline.ts";
import { changesBetween, type SchemaChange } from "./changes.ts";
import { deprecationProblem } from "./deprecation.ts";

export type Finding = SchemaChange & {
  /** Why this change may not land; null when it may. */
  problem: string | null;
};

export type CheckResult = {
  baseline: string;
  ok: boolean;
  changes: Finding[];
  /** Registered operations that the new schema no longer takes. */
  invalidOperations: { operation: RegisteredOperation; errors: string[] }[];
};

const usedBy = ({ operations }: SchemaChange) =>
  operations.length === 1 ? `operation ${operations[0]?.name}` : `${operations.length} operations`;

function problemOf(before: GraphQLSchema, change: SchemaChange, today: string): string | null {
  if (change.verdict === "breaking" && change.operations.length > 0) return `breaks ${usedBy(change)}`;
  return deprecationProblem(before, change, today);
}

/** Compares `api` (SDL) with the baseline on `today` (ISO date). A breaking change that nobody uses passes unless the deprecation policy forbids it. */
export async function checkSchema(
  baseline: Baseline,
  api: string,
  operations: readonly RegisteredOperation[],
  today: string,
): Promise<CheckResult> {
  const after = buildSchema(api);
  const changes = (await changesBetween(baseline.schema, after, operations)).map((change) => ({
    ...change,
    problem: problemOf(baseline.schema, change, today),
  }));
  const invalidOperations = operations.flatMap((operation) => {
    const errors = validate(after, operation.document).map(({ message }) => message);
    return errors.length > 0 ? [{ operation, errors }] : [];
  });
  return {
    baseline: baseline.name,
    ok: invalidOperations.length === 0 && changes.every(({ problem }) => problem === null),
    changes,
    invalidOperations,
  };
}
