/** Which steps a step has to wait for: those that write what it reads, not all that the plan puts before it. */
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { fieldTree, pathText, pathsOf } from "./field-tree.ts";
import type { Step } from "./steps.ts";

/** Places that a step writes. */
const writesOf = (step: Step): Set<string> =>
  new Set(pathsOf(fieldTree(step.document, step.requires !== undefined, step.outputRewrites), pathText(step.path)));

function addRequired(reads: Set<string>, prefix: string, nodes: readonly QueryPlanSelectionNode[]): void {
  for (const node of nodes) {
    if (node.kind === "InlineFragment") {
      addRequired(reads, prefix, node.selections);
      continue;
    }
    const path = `${prefix}/${node.alias ?? node.name}`;
    reads.add(path);
    addRequired(reads, path, node.selections ?? []);
  }
}

/** Places that a step reads: the way to its objects, and what their representations are made of. */
function readsOf(step: Step): Set<string> {
  const reads = new Set<string>();
  const keys = step.path.filter((element) => element !== "@");
  for (let length = 1; length <= keys.length; length++) reads.add(pathText(keys.slice(0, length)));
  const place = pathText(step.path);
  if (step.requires) reads.add(`${place}/__typename`);
  addRequired(reads, place, step.requires ?? []);
  return reads;
}

/** Indexes of the steps that each step waits for. */
export function dependenciesOf(steps: readonly Step[]): ReadonlySet<number>[] {
  const writes = steps.map(writesOf);
  const reads = steps.map(readsOf);
  return steps.map((step, index) => {
    const preceding = [...step.preceding];
    // Mutations run one after the other; contexts are read far above the step's own place.
    if (step.kind === "mutation" || step.contextRewrites.length > 0) return new Set(preceding);
    const read = reads[index] ?? new Set<string>();
    return new Set(preceding.filter((earlier) => !(writes[earlier] ?? read).isDisjointFrom(read)));
  });
}
