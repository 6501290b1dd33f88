/** What the engine still answers wrongly. Each case that shows one is counted and printed, none of it is accepted: this list is to become empty. */
import type { Answers } from "./rig.ts";

/** A known defect, recognised by its own symptom. */
export type OpenDefect = {
  readonly name: string;
  readonly symptom: string;
  isShownBy(graph: string, query: string, answers: Answers): boolean;
};

const tells = (answers: Answers, pattern: RegExp): boolean =>
  answers.engine.errors.some(({ message }) => pattern.test(message));

export const openDefects: readonly OpenDefect[] = [
  {
    name: "interface-object-is-not-planned",
    symptom:
      "The planner refuses abstract types on an object that stands in for an interface; stock gateway refuses too.",
    isShownBy: (_graph, _query, answers) =>
      answers.engine.data === undefined &&
      tells(answers, /We should have an edge from|potentially an interface object type at runtime/),
  },
  {
    name: "interface-object-is-sent-a-concrete-type",
    symptom:
      "A subgraph that knows the interface only, as an object, is asked for one of its objects by the object's own name.",
    isShownBy: (_graph, _query, answers) => tells(answers, /tried to load an entity for type/),
  },
  {
    name: "interface-object-is-asked-without-its-key",
    symptom: "A representation without key fields is sent for objects that no asked fragment matches: needless errors.",
    isShownBy: (_graph, _query, answers) => tells(answers, /knows no \w+ by |without what it requires/),
  },
];
