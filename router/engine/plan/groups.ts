/** Steps that travel together: entity fetches to one subgraph at the same distance from the root become one request. */
import type { Step } from "./steps.ts";

export type Group = {
  index: number;
  /** Indexes of its steps. */
  steps: readonly number[];
  /** Indexes of the groups it waits for. */
  waitsFor: readonly number[];
};

/** More would make requests unwieldy, and the masks of active members no longer fit a number. */
const maxMembers = 24;

/** Distance of each step from those that wait for nothing. */
function levelsOf(dependencies: readonly ReadonlySet<number>[]): number[] {
  const levels: number[] = [];
  const levelOf = (index: number): number =>
    (levels[index] ??= 1 + Math.max(-1, ...[...(dependencies[index] ?? [])].map(levelOf)));
  for (const index of dependencies.keys()) levelOf(index);
  return levels;
}

const mayJoin = (step: Step): boolean =>
  step.requires !== undefined && step.kind === "query" && step.contextRewrites.length === 0 && hasNoDirectives(step);

const hasNoDirectives = (step: Step): boolean =>
  step.document.definitions.every((node) => !("directives" in node) || (node.directives ?? []).length === 0);

/** Groups of steps; `dependencies` are those of each step. */
export function groupSteps(steps: readonly Step[], dependencies: readonly ReadonlySet<number>[]): Group[] {
  const levels = levelsOf(dependencies);
  const members: number[][] = [];
  const open = new Map<string, number[]>();
  for (const step of steps) {
    const key = `${[...(step.later?.parts ?? [])].join()} ${levels[step.index]} ${step.subgraph}`;
    const together = mayJoin(step) ? open.get(key) : undefined;
    if (together && together.length < maxMembers) {
      together.push(step.index);
      continue;
    }
    const alone = [step.index];
    members.push(alone);
    if (mayJoin(step)) open.set(key, alone);
  }
  const groupOf = new Map(members.flatMap((group, index) => group.map((step) => [step, index] as const)));
  return members.map((group, index) => {
    const needed = group.flatMap((step) => [...(dependencies[step] ?? [])].map((other) => groupOf.get(other) ?? 0));
    return { index, steps: group, waitsFor: [...new Set(needed)] };
  });
}
