/** Which steps a step has to wait for: those that write what it reads, not all that the plan puts before it. */
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { fieldTree, pathText, pathsOf } from "./field-tree.ts";
import type { Step } from "./steps.ts";

/** Places that a step writes. */
export const writesOf = (step: Step): Set<string> =>
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

/** What representations are made of, as places; names of types aside, which every step brings. */
export function requirementsOf(step: Step): Set<string> {
  const reads = new Set<string>();
  addRequired(reads, pathText(step.path), step.requires ?? []);
  return new Set([...reads].filter((place) => !place.endsWith("/__typename")));
}

/** Whether `step` waits for `other`, directly or by way of others. */
function waitsFor(dependencies: readonly ReadonlySet<number>[], step: number, other: number): boolean {
  const needed = dependencies[step] ?? new Set();
  return needed.has(other) || [...needed].some((between) => waitsFor(dependencies, between, other));
}

/** What one step may need of others. */
type Needs = {
  readonly steps: readonly Step[];
  readonly writes: readonly ReadonlySet<string>[];
  readonly reads: readonly ReadonlySet<string>[];
  readonly dependencies: readonly Set<number>[];
};

/** Whether `later` waits for `step` for nothing but the name of a type that another step brings as well. */
function waitsForTypenameOnly({ steps, writes, reads, dependencies }: Needs, later: number, step: number): boolean {
  const shared = [...(writes[step] ?? [])].filter((place) => reads[later]?.has(place));
  return (
    (dependencies[later]?.has(step) ?? false) &&
    shared.every(
      (place) =>
        place.endsWith("/__typename") &&
        [...(steps[later]?.preceding ?? [])].some((other) => other !== step && writes[other]?.has(place)),
    )
  );
}

/**
 * The planner may put a fetch before the one that brings what it requires, when the subgraph's key comes by a longer way:
 * such a step waits for the later one, unless that one waits for it.
 */
function addLaterRequirements(needs: Needs): void {
  const { steps, writes, dependencies } = needs;
  for (const step of steps) {
    if (step.kind === "mutation" || !step.requires) continue;
    for (const place of requirementsOf(step)) {
      const brings = (index: number) => writes[index]?.has(place) ?? false;
      if ([...step.preceding].some(brings)) continue;
      for (const { index, later } of steps) {
        if (index === step.index || !brings(index)) continue;
        if (later && (!step.later || later.parts.isDisjointFrom(step.later.reach))) continue;
        if (waitsForTypenameOnly(needs, index, step.index)) dependencies[index]?.delete(step.index);
        if (!waitsFor(dependencies, index, step.index)) dependencies[step.index]?.add(index);
      }
    }
  }
}

/** Indexes of the steps that each step waits for; never in a circle. */
export function dependenciesOf(steps: readonly Step[]): ReadonlySet<number>[] {
  const writes = steps.map(writesOf);
  const reads = steps.map(readsOf);
  const dependencies = steps.map((step, index) => {
    const preceding = [...step.preceding];
    // Mutations run one after the other; contexts are read far above the step's own place.
    if (step.kind === "mutation" || step.contextRewrites.length > 0) return new Set(preceding);
    const read = reads[index] ?? new Set<string>();
    return new Set(preceding.filter((earlier) => !(writes[earlier] ?? read).isDisjointFrom(read)));
  });
  addLaterRequirements({ steps, writes, reads, dependencies });
  return dependencies;
}
