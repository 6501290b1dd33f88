/** What the parts of one execution share. */
import type { CompiledPlan, CompiledStep } from "../compile/compiled-plan.ts";
import type { FetchSubgraph } from "../contract.ts";
import type { NumberCare } from "../exact-json.ts";
import type { ElementBudget } from "./element-budget.ts";
import type { Problems } from "./fetch-errors.ts";
import type { VariableTexts } from "./request-body.ts";
import type { ReadAnswer } from "./subgraph-answer.ts";

export type RunOptions = {
  plan: CompiledPlan;
  fetchSubgraph: FetchSubgraph;
  urls: ReadonlyMap<string, string>;
  variables: VariableTexts;
  context: unknown;
  signal: AbortSignal;
  /** What the answer may hold. */
  budget: ElementBudget;
};

/** One execution under way. */
export type Run = {
  readonly options: RunOptions;
  /** The merged data of all subgraphs. */
  readonly root: Record<string, unknown>;
  readonly problems: Problems;
  /** Sends one request; rejects with whatever kept the answer away. `care`: what depends on the text of the answer's numbers. */
  send(
    owner: object,
    step: CompiledStep,
    query: string,
    members: readonly string[],
    care: NumberCare,
  ): Promise<ReadAnswer>;
};
