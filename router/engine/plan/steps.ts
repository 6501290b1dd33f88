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
  /** Undefined for what the first part of the answer needs. */
  later: LaterStep | undefined;
};

/** What only deferred parts of the answer need. */
export type LaterStep = {
  /** Their numbers; none of them comes after another. */
  parts: ReadonlySet<number>;
  /** The same with the parts around them: those whose steps this one may wait for. */
  reach: ReadonlySet<number>;
};

type Place = {
  path: StepPath;
  preceding: ReadonlySet<number>;
};

function addFetch(steps: Step[], node: FetchNode, place: Place): number[] {
  const index = steps.length;
  steps.push({
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
    later: undefined,
  });
  return [index];
}

const union = (one: ReadonlySet<number>, more: readonly number[]): ReadonlySet<number> => new Set([...one, ...more]);

/** Adds everything under `node`; answers the indexes of the steps added. */
function add(steps: Step[], node: PlanNode | undefined, place: Place): number[] {
  if (!node) return [];
  switch (node.kind) {
    case "Fetch":
      return addFetch(steps, node, place);
    case "Flatten":
      return add(steps, node.node, { ...place, path: [...place.path, ...node.path.map(String)] });
    case "Parallel":
      return node.nodes.flatMap((child) => add(steps, child, place));
    case "Sequence": {
      const added: number[] = [];
      for (const child of node.nodes)
        added.push(...add(steps, child, { ...place, preceding: union(place.preceding, added) }));
      return added;
    }
    case "Condition":
    case "Defer":
      throw new Error("planned operations have neither conditions nor deferred parts");
  }
}

/** The steps of a plan. */
export function layOutPlan(node: PlanNode | undefined): Step[] {
  const steps: Step[] = [];
  add(steps, node, { path: [], preceding: new Set() });
  return steps;
}
