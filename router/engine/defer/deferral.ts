/** What preparing an operation whose answer comes in parts gives beside its plan. */
import type { GraphQLCompositeType, SelectionSetNode } from "graphql";
import type { SelectionScope } from "../compile/collect-fields.ts";
import type { Step } from "../plan/steps.ts";
import { findDeferredParts, type DeferredParts } from "./deferred-parts.ts";
import { Demand } from "./demand.ts";
import type { Graph } from "./reentry.ts";
import { splitSteps } from "./split-steps.ts";

export type Deferral = {
  parts: DeferredParts;
  /** The parts that show a place (as in `Demand`); the others only need it. */
  shown: ReadonlyMap<string, ReadonlySet<number>>;
};

/**
 * Finds what an operation defers and distributes the steps of its plan. Undefined where nothing is deferred, or so much that the
 * answer is better given at once.
 */
export function planDeferral(
  scope: SelectionScope,
  root: GraphQLCompositeType,
  set: SelectionSetNode,
  steps: readonly Step[],
  graph: Graph,
): { deferral: Deferral; steps: Step[] } | undefined {
  const demand = new Demand(graph.fullSchema);
  const shown = new Map<string, Set<number>>();
  const parts = findDeferredParts(scope, root, set, (place, key, type, part) => {
    demand.add(place, key, type, part);
    const known = shown.get(`${place}/${key}`) ?? new Set();
    shown.set(`${place}/${key}`, known.add(part));
  });
  return parts && { deferral: { parts, shown }, steps: splitSteps(steps, graph, parts, demand) };
}
