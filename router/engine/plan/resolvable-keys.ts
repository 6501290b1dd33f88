/**
 * Sees to it that entities are asked for by a key by which their subgraph finds them. For the way back to a subgraph that gave an
 * object, the planner takes its first key there, also one that the subgraph cannot resolve; here the step gets one that it can,
 * and the step that brings the object asks for what is missing of it.
 */
import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { SubgraphTypes } from "../state/subgraph-types.ts";
import { asRequirements, covers } from "./representations.ts";
import type { Step } from "./steps.ts";

const typename: QueryPlanSelectionNode = { kind: "Field", name: "__typename" };

/** `set` with `added` at the end of the way along response keys; undefined where it does not lead there. */
function addAt(
  set: SelectionSetNode,
  [key, ...rest]: readonly string[],
  added: SelectionNode,
): SelectionSetNode | undefined {
  if (key === undefined) return { ...set, selections: [...set.selections, added] };
  let isFound = false;
  const selections = set.selections.map((node): SelectionNode => {
    if (node.kind === Kind.FRAGMENT_SPREAD || !node.selectionSet) return node;
    const isWay = node.kind === Kind.FIELD && (node.alias ?? node.name).value === key;
    if (node.kind === Kind.FIELD && !isWay) return node;
    const inner = addAt(node.selectionSet, isWay ? rest : [key, ...rest], added);
    if (!inner) return node;
    isFound = true;
    return { ...node, selectionSet: inner };
  });
  return isFound ? { ...set, selections } : undefined;
}

/** The way from where `step` starts to `path`, as response keys; undefined where it starts elsewhere. */
function wayFrom(step: Step, path: readonly string[]): string[] | undefined {
  if (!step.path.every((element, index) => element === path[index])) return undefined;
  const rest = path.slice(step.path.length).filter((element) => element !== "@");
  return step.requires ? ["_entities", ...rest] : rest;
}

/** `step` asking for `key` of the objects of `typeName` at `path` as well; undefined where it cannot. */
function asking(
  step: Step,
  path: readonly string[],
  typeName: string,
  key: SelectionSetNode,
  types: SubgraphTypes,
): Step | undefined {
  const way = wayFrom(step, path);
  if (!way || !types.gives(step.subgraph, typeName, key)) return undefined;
  const typeCondition = {
    kind: Kind.NAMED_TYPE as const,
    name: { kind: Kind.NAME as const, value: typeName },
  };
  const added: SelectionNode = { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: key };
  let isFound = false;
  const document: DocumentNode = visit(step.document, {
    OperationDefinition: (node) => {
      const selectionSet = addAt(node.selectionSet, way, added);
      isFound ||= selectionSet !== undefined;
      return selectionSet ? { ...node, selectionSet } : false;
    },
  });
  return isFound ? { ...step, document, operation: stripIgnoredCharacters(print(document)) } : undefined;
}

/** Types of a step's entities for which it requires none of the keys that its subgraph resolves. */
function* typesWithoutKey(
  step: Step,
  types: SubgraphTypes,
): Generator<[typeName: string, keys: readonly SelectionSetNode[]]> {
  const conditions = (step.requires ?? []).flatMap((node) =>
    node.kind === "InlineFragment" && node.typeCondition !== undefined ? [node.typeCondition] : [],
  );
  for (const typeName of new Set(conditions)) {
    const keys = types.typeIn(step.subgraph, typeName)?.keys ?? [];
    const own = (step.requires ?? []).filter((node) => node.kind === "Field" || node.typeCondition === typeName);
    if (keys.length > 0 && !keys.some((key) => covers(own, asRequirements(key)))) yield [typeName, keys];
  }
}

/** The steps with a resolvable key for each entity, as far as a step before it can give one. */
export function withResolvableKeys(steps: readonly Step[], types: SubgraphTypes): Step[] {
  const result = [...steps];
  for (const { index, path, preceding } of steps) {
    const step = result[index];
    for (const [typeName, keys] of step ? typesWithoutKey(step, types) : []) {
      const found = keys.flatMap((key) =>
        [...preceding].flatMap((earlier) => {
          const before = result[earlier];
          const asked = before && asking(before, path, typeName, key, types);
          return asked ? [{ asked, key }] : [];
        }),
      )[0];
      if (!found || !step) continue;
      const selections = [typename, ...asRequirements(found.key)];
      result[found.asked.index] = found.asked;
      result[index] = {
        ...(result[index] ?? step),
        requires: [...(result[index]?.requires ?? []), { kind: "InlineFragment", typeCondition: typeName, selections }],
      };
    }
  }
  return result;
}
