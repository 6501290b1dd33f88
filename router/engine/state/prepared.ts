/** An operation made ready to be run again and again. */
import type { CompiledPlan } from "../compile/compiled-plan.ts";
import type { Writer } from "../compile/response-writer.ts";
import type { Deferral } from "../defer/deferral.ts";

export type PreparedOperation = {
  plan: CompiledPlan;
  /** What of the answer comes later; undefined where all of it comes at once. */
  deferral: Deferral | undefined;
  /** Writes the whole `data`, or the first of it; undefined where that must be null. */
  write: Writer;
  /** Values of the introspection fields, by response key. */
  introspect(variables: Record<string, unknown>): ReadonlyMap<string, unknown>;
};
