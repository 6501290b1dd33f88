/** An operation made ready to be run again and again. */
import type { CompiledPlan } from "../compile/compiled-plan.ts";
import type { Writer } from "../compile/response-writer.ts";

export type PreparedOperation = {
  plan: CompiledPlan;
  /** Writes the whole `data`; undefined where that must be null. */
  write: Writer;
  /** Values of the introspection fields, by response key. */
  introspect(variables: Record<string, unknown>): ReadonlyMap<string, unknown>;
};
