/** From an operation to the steps of its plan: the planner's own, and those of what is planned apart. */
import type { DocumentNode, OperationDefinitionNode } from "graphql";
import { completeRequirements } from "../plan/requirements.ts";
import { fieldTree } from "../plan/field-tree.ts";
import { layOutPlan, type Step } from "../plan/steps.ts";
import { nowhere } from "./entity-roots.ts";
import { partKey, partsDocument, type EntityPart, type PlanningOperation } from "./planning-document.ts";
import type { PlanOptions, SupergraphState } from "./supergraph-state.ts";

/** Whether `path` leads through `start` and beyond, or to the same place as a later part. */
const leadsThrough = (path: readonly string[], start: readonly string[]): boolean =>
  start.length < path.length && start.every((element, index) => element === path[index]);

/** Adds the steps of `parts` to those of the operation itself. */
function addParts(main: readonly Step[], parts: readonly EntityPart[], planned: readonly Step[]): Step[] {
  const partOf = (step: Step): number => parts.findIndex((_part, index) => partKey(index) === step.path[0]);
  const own = planned.filter(({ subgraph }) => subgraph !== nowhere);
  const indexes = new Map(own.map((step, position) => [step.index, main.length + position]));
  const added = own.map((step, position): Step => {
    const part = parts[partOf(step)] as EntityPart;
    // What precedes is what the planner says, all of the operation itself, and the parts around this one.
    const around = own.filter((other) => leadsThrough(part.path, (parts[partOf(other)] as EntityPart).path));
    const preceding = [...step.preceding, ...around.map(({ index }) => index)];
    return {
      ...step,
      index: main.length + position,
      objectType: step.path.length === 1 ? part.objectType : undefined,
      path: [...part.path, ...step.path.slice(1)],
      preceding: new Set([
        ...main.map(({ index }) => index),
        ...preceding.flatMap((index) => indexes.get(index) ?? []),
      ]),
    };
  });
  return [...afterEarlierParts(main, added), ...added];
}

/** A mutation waits for all that was asked of the results of those before it, what is planned apart included. */
function afterEarlierParts(main: readonly Step[], added: readonly Step[]): Step[] {
  const earlier = new Set<string>();
  return main.map((step) => {
    if (step.kind !== "mutation") return step;
    const parts = added.filter(({ path }) => earlier.has(path[0] ?? "")).map(({ index }) => index);
    for (const key of fieldTree(step.document, false).keys()) earlier.add(key);
    return { ...step, preceding: new Set([...step.preceding, ...parts]) };
  });
}

/** The planner leaves out without a word what it finds no way to. */
function checkRoots(document: DocumentNode, steps: readonly Step[]): void {
  const planned = new Set(steps.flatMap((step) => (step.requires ? [] : [...fieldTree(step.document, false).keys()])));
  const missing = [...fieldTree(document, false).keys()].filter((key) => !planned.has(key));
  if (missing.length > 0) throw new Error(`no subgraph can answer what is asked of ${missing.join(", ")}`);
}

/** Plans an operation. Throws GraphQLError or Error where that is impossible. */
export function planSteps(
  state: SupergraphState,
  { document, parts }: PlanningOperation,
  operation: OperationDefinitionNode,
  options: PlanOptions,
): Step[] {
  const steps = layOutPlan(state.plan(document, options));
  checkRoots(document, steps);
  if (parts.length === 0) return completeRequirements(steps, state);
  const planned = layOutPlan(state.plan(partsDocument(parts, operation), options));
  return completeRequirements(addParts(steps, parts, planned), state);
}
