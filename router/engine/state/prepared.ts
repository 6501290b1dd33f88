/** An operation made ready to be run again and again. */
import type { GraphQLError } from "graphql";
import type { CompiledPlan } from "../compile/compiled-plan.ts";
import type { Writer } from "../compile/response-writer.ts";
import type { Deferral } from "../defer/deferral.ts";

/** Values of the introspection fields by response key, and what went wrong with them: a condition within may be null. */
export type Introspection = { values: ReadonlyMap<string, unknown>; errors: readonly GraphQLError[] };

export type PreparedOperation = {
  plan: CompiledPlan;
  /** What of the answer comes later; undefined where all of it comes at once. */
  deferral: Deferral | undefined;
  /** Writes the whole `data`, or the first of it; undefined where that must be null. */
  write: Writer;
  introspect(variables: Record<string, unknown>): Introspection;
};
