/** Lays a query plan out as a flat list of fetch steps, each with what may precede it. */
import { parse, type DocumentNode } from "graphql";
import type {
  FetchNode,
  PlanNode,
  QueryPlanSelectionNode,
  FetchDataKeyRenamer,
  FetchDataRewrite,
} from "@apollo/query-planner";

/** Way from the root of the response to the objects a step works on; "@" enters a list. */
export type StepPath = readonly string[];

/** One fetch of the plan. */
export type Step = {
  index: number;
  subgraph: string;
  kind: "query" | "mutation";
  operation: string;
  document: DocumentNode;
  operationName: string | undefined;
  /** Client variables that the operation takes. */
  variables: readonly string[];
  path: StepPath;
  /** What each representation is made of; absent for a root fetch. */
  requires: readonly QueryPlanSelectionNode[] | undefined;
  /** The only type whose objects it works on, where others may stand at its path. */
  objectType: string | undefined;
  inputRewrites: readonly FetchDataRewrite[];
  outputRewrites: readonly FetchDataRewrite[];
  contextRewrites: readonly FetchDataKeyRenamer[];
  /** Steps that the plan runs before this one. */
  preceding: ReadonlySet<number>;
  /** The planner's name of this fetch, where deferred parts wait for it. */
  id: string | undefined;
  /** Number of the deferred part that it belongs to; undefined in the first answer. */
  part: number | undefined;
};

/** A part of the answer that may come later. */
type DeferredPart = {
  label: string | undefined;
  /** Response path of the object that the part adds to. */
  queryPath: readonly string[];
  /** What the part selects there. */
  subselection: string | undefined;
  /** Ids of the fetches that must be done before. */
  depends: readonly string[];
  parent: number | undefined;
};

export type PlanLayout = {
  steps: Step[];
  parts: DeferredPart[];
  /** What the first answer selects, where parts are deferred. */
  primarySelections: (string | undefined)[];
};

type Place = {
  path: StepPath;
  preceding: ReadonlySet<number>;
  part: number | undefined;
};

function addFetch(layout: PlanLayout, node: FetchNode, place: Place): number[] {
  const index = layout.steps.length;
  layout.steps.push({
    index,
    subgraph: node.serviceName,
    kind: node.operationKind === "mutation" ? "mutation" : "query",
    operation: node.operation,
    document: parse(node.operation, { noLocation: true }),
    operationName: node.operationName,
    variables: node.variableUsages ?? [],
    path: place.path,
    requires: node.requires,
    objectType: undefined,
    inputRewrites: node.inputRewrites ?? [],
    outputRewrites: node.outputRewrites ?? [],
    contextRewrites: node.contextRewrites ?? [],
    preceding: place.preceding,
    id: node.id,
    part: place.part,
  });
  return [index];
}

const union = (one: ReadonlySet<number>, more: readonly number[]): ReadonlySet<number> => new Set([...one, ...more]);

/** Adds everything under `node`; answers the indexes of the steps added. */
function add(layout: PlanLayout, node: PlanNode | undefined, place: Place): number[] {
  if (!node) return [];
  switch (node.kind) {
    case "Fetch":
      return addFetch(layout, node, place);
    case "Flatten":
      return add(layout, node.node, { ...place, path: [...place.path, ...node.path.map(String)] });
    case "Parallel":
      return node.nodes.flatMap((child) => add(layout, child, place));
    case "Sequence": {
      const added: number[] = [];
      for (const child of node.nodes)
        added.push(...add(layout, child, { ...place, preceding: union(place.preceding, added) }));
      return added;
    }
    case "Condition":
      throw new Error("planned operations have no conditions");
    case "Defer": {
      layout.primarySelections.push(node.primary.subselection);
      const primary = add(layout, node.primary.node, place);
      const added = [...primary];
      for (const { label, queryPath, subselection, depends, node: rest } of node.deferred) {
        const part = layout.parts.length;
        layout.parts.push({
          label,
          queryPath,
          subselection,
          depends: depends.map(({ id }) => id),
          parent: place.part,
        });
        added.push(...add(layout, rest, { ...place, part, preceding: union(place.preceding, primary) }));
      }
      return added;
    }
  }
}

/** The steps of a plan. */
export function layOutPlan(node: PlanNode | undefined): PlanLayout {
  const layout: PlanLayout = { steps: [], parts: [], primarySelections: [] };
  add(layout, node, { path: [], preceding: new Set(), part: undefined });
  return layout;
}
