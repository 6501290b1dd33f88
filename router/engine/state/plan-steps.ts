/** From an operation to the steps of its plan: the planner's own, and those of what is planned apart. */
import { GraphQLError, type DocumentNode, type GraphQLObjectType, type OperationDefinitionNode } from "graphql";
import type { PlanNode } from "@apollo/query-planner";
import type { CollectedField, SelectionScope } from "../compile/collect-fields.ts";
import { isSound } from "./sound-plan.ts";
import { completeRequirements } from "../plan/requirements.ts";
import { fieldTree } from "../plan/field-tree.ts";
import { layOutPlan, type Step } from "../plan/steps.ts";
import { nowhere } from "./entity-roots.ts";
import {
  partKey,
  partsDocument,
  planningOperation,
  type EntityPart,
  type PlanningOperation,
} from "./planning-document.ts";
import { isTimeout } from "./within.ts";
import type { Plan, PlanOptions, SupergraphState } from "./supergraph-state.ts";

/** An operation on its root type, under planning. */
export type RootPlanning = {
  readonly state: SupergraphState;
  readonly scope: SelectionScope;
  readonly operation: OperationDefinitionNode;
  readonly root: GraphQLObjectType;
  readonly options: PlanOptions;
};

/** Whether `path` leads through `start` and beyond, or to the same place as a later part. */
const leadsThrough = (path: readonly string[], start: readonly string[]): boolean =>
  start.length < path.length && start.every((element, index) => element === path[index]);

/** Adds the steps of `parts` to those of the operation itself. */
function addParts(main: readonly Step[], parts: readonly EntityPart[], planned: readonly Step[]): Step[] {
  const partOf = (step: Step): number => parts.findIndex((_part, index) => partKey(index) === step.path[0]);
  const own = planned.filter(({ subgraph }) => !subgraph.startsWith(nowhere));
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
  return [...main, ...added];
}

/** The planner leaves out without a word what it finds no way to. */
function checkRoots(document: DocumentNode, steps: readonly Step[]): void {
  const planned = new Set(steps.flatMap((step) => (step.requires ? [] : [...fieldTree(step.document, false).keys()])));
  const missing = [...fieldTree(document, false).keys()].filter((key) => !planned.has(key));
  if (missing.length > 0) throw new Error(`no subgraph can answer what is asked of ${missing.join(", ")}`);
}

type Planners = { readonly plan: Plan; readonly planParts: Plan };

/** The steps of one way to plan an operation. */
function stepsOf(
  state: SupergraphState,
  { document, parts, operation, literals }: PlanningOperation,
  { options }: RootPlanning,
  { plan, planParts }: Planners,
): Step[] {
  const layOut = (node: PlanNode | undefined) => layOutPlan(node).map((step) => literals.restored(step));
  const steps = layOut(plan(document, options));
  checkRoots(document, steps);
  if (parts.length === 0) return completeRequirements(steps, state);
  const planned = layOut(planParts(partsDocument(parts, operation), options));
  return completeRequirements(addParts(steps, parts, planned), state);
}

/** The first of some ways that ends without an error and with a sound plan. */
function firstSound(state: SupergraphState, ways: Iterable<() => Step[] | undefined>): Step[] {
  let failure: unknown;
  let doubtful: Step[] | undefined;
  for (const way of ways)
    try {
      const steps = way();
      if (steps && isSound(steps, state.graph)) return steps;
      doubtful ??= steps;
    } catch (error) {
      // What is too large, or takes too long, is so in any way.
      if (error instanceof GraphQLError || isTimeout(error)) throw error;
      failure ??= error;
    }
  if (doubtful) return doubtful;
  throw failure;
}

/**
 * Plans some root fields of an operation: as the planner does, and where that fails or gives a plan that cannot work, with what
 * requires something planned apart. Throws GraphQLError or Error where all of that is impossible.
 */
export function planSteps(planning: RootPlanning, fields: readonly CollectedField[]): Step[] {
  const { state, scope, operation, root } = planning;
  function* ways(): Generator<() => Step[] | undefined> {
    const planned = planningOperation(scope, state.types, { operation, root, fields });
    if (!planned) return yield () => [];
    yield () => stepsOf(state, planned, planning, { plan: state.plan, planParts: state.plan });
    for (let choice = 0; ; choice++) {
      const apart = state.apart(choice);
      if (!apart) return;
      yield () => {
        const inParts = planningOperation(scope, state.types, { operation, root, fields }, apart.requirements);
        return inParts && inParts.parts.length > 0 ? stepsOf(state, inParts, planning, apart) : undefined;
      };
    }
  }
  return firstSound(state, ways());
}
