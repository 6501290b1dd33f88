/** What the engine still answers wrongly. Each case that shows one is counted and printed, none of it is accepted: this list is to become empty. */
import type { Answers } from "./rig.ts";

/** A known defect, recognised by its own symptom. */
export type OpenDefect = {
  readonly name: string;
  readonly symptom: string;
  isShownBy(graph: string, query: string, answers: Answers): boolean;
};

export const openDefects: readonly OpenDefect[] = [];
