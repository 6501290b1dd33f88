/**
 * Leaves out of entity fetches what is known before: the key that an entity is asked by, and the type names that a subgraph
 * gives which knows the interface only. Nobody then waits for a second copy, nor gets null where the first was right.
 */
import { Kind, print, stripIgnoredCharacters, visit, type FieldNode } from "graphql";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { SubgraphTypes } from "../state/subgraph-types.ts";
import type { Step } from "./steps.ts";

/** Plain fields that are part of every representation. */
function sentFields(requires: readonly QueryPlanSelectionNode[]): ReadonlySet<string> {
  const perType = requires.flatMap((node) => {
    if (node.kind !== "InlineFragment") return [];
    const names = node.selections.flatMap((one) => (one.kind === "Field" && !one.selections ? [one.name] : []));
    return names.includes("__typename") ? [new Set(names)] : [];
  });
  return perType.reduce((common, names) => common.intersection(names), perType[0] ?? new Set<string>());
}

/** The step without the fields that its objects have already; the step itself where nothing else would be left. */
export function withoutKnownFields(step: Step, types: SubgraphTypes): Step {
  if (!step.requires) return step;
  const sent = sentFields(step.requires);
  const isKnown = (typeName: string, { name, alias, selectionSet }: FieldNode): boolean => {
    if (alias || selectionSet) return false;
    if (name.value === "__typename") return types.typeIn(step.subgraph, typeName)?.isInterfaceObject ?? false;
    return sent.has(name.value);
  };
  let isEmpty = false;
  const document = visit(step.document, {
    // Below the entities nothing is known.
    Field: (node) => (node.name.value === "_entities" ? undefined : false),
    InlineFragment: (node) => {
      const typeName = node.typeCondition?.name.value ?? "";
      const selections = node.selectionSet.selections.filter(
        (one) => one.kind !== Kind.FIELD || !isKnown(typeName, one),
      );
      if (selections.length === 0) isEmpty = true;
      return { ...node, selectionSet: { ...node.selectionSet, selections } };
    },
  });
  return isEmpty ? step : { ...step, document, operation: stripIgnoredCharacters(print(document)) };
}
