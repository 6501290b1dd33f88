/** What a step takes of what others bring. */
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import { pathText } from "../plan/field-tree.ts";
import type { Step } from "../plan/steps.ts";
import { anyType, type Demand } from "./demand.ts";

const condition = "... on ";

function addRequired(
  demand: Demand,
  place: string,
  type: string,
  nodes: readonly QueryPlanSelectionNode[],
  part: number,
): void {
  for (const node of nodes) {
    if (node.kind === "InlineFragment") {
      addRequired(demand, place, node.typeCondition ?? type, node.selections, part);
      continue;
    }
    const key = node.alias ?? node.name;
    demand.add(place, key, type, part);
    addRequired(demand, `${place}/${key}`, anyType, node.selections ?? [], part);
  }
}

/** Adds the fields on a way of response keys and type conditions, starting at an object. */
function addWay(demand: Demand, start: string, way: readonly string[], part: number): void {
  let place = start;
  let type = anyType;
  for (const element of way) {
    if (element.startsWith(condition)) {
      type = element.slice(condition.length);
      demand.add(place, "__typename", anyType, part);
    } else {
      demand.add(place, element, type, part);
      place += `/${element}`;
      type = anyType;
    }
  }
}

/** Adds to `demand` that `part` needs whatever `step` takes: the way to its objects, their representations, its contexts. */
export function addReads(demand: Demand, step: Step, part: number): void {
  const keys = step.path.filter((element) => element !== "@");
  addWay(demand, "", keys, part);
  const place = pathText(step.path);
  if (step.requires) demand.add(place, "__typename", anyType, part);
  addRequired(demand, place, anyType, step.requires ?? [], part);
  for (const { path } of step.contextRewrites) {
    const way = path.filter((element) => element !== "..");
    addWay(demand, pathText(keys.slice(0, keys.length - (path.length - way.length))), way, part);
  }
}
