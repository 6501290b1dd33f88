/**
 * Root fields of a mutation run one after the other, each with everything below it (GraphQL, 6.2.2). The planner asks for
 * neighbours of one subgraph together, and for what lies below both of them afterwards; here each field is planned alone, but
 * for those whose result comes with one request: they may travel with the next field of the same subgraph.
 */
import type { CollectedField } from "../compile/collect-fields.ts";
import type { Step } from "../plan/steps.ts";
import { planSteps, type RootPlanning } from "./plan-steps.ts";

type Run = { fields: CollectedField[]; steps: readonly Step[] };

/** Fields that are asked for together: all but the last come whole with the one request. */
function runsOf(planning: RootPlanning, fields: readonly CollectedField[]): Run[] {
  const runs: Run[] = [];
  for (const field of fields) {
    const steps = planSteps(planning, [field]);
    const last = runs.at(-1);
    const isWhole = last?.steps.length === 1;
    if (last && isWhole && steps[0] && steps[0].subgraph === last.steps[0]?.subgraph) {
      last.fields.push(field);
      last.steps = steps;
    } else if (steps.length > 0) runs.push({ fields: [field], steps });
  }
  return runs;
}

/** The steps of a mutation's root fields; those of each run wait for all of the runs before. */
export function planSerially(planning: RootPlanning, fields: readonly CollectedField[]): Step[] {
  const all: Step[] = [];
  for (const run of runsOf(planning, fields)) {
    const steps = run.fields.length === 1 ? run.steps : planSteps(planning, run.fields);
    const before = all.map(({ index }) => index);
    const shift = all.length;
    for (const step of steps) {
      const preceding = new Set([...before, ...[...step.preceding].map((index) => index + shift)]);
      all.push({ ...step, index: step.index + shift, preceding });
    }
  }
  return all;
}
