/** What representations are made of, compared with field sets. */
import { Kind, type SelectionSetNode } from "graphql";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";

export type Requirements = readonly QueryPlanSelectionNode[];

/** A field set as what a representation is made of. */
export const asRequirements = ({ selections }: SelectionSetNode): QueryPlanSelectionNode[] =>
  selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    const inner = node.selectionSet ? { selections: asRequirements(node.selectionSet) } : {};
    if (node.kind === Kind.FIELD) return [{ kind: "Field", name: node.name.value, ...inner }];
    const condition = node.typeCondition ? { typeCondition: node.typeCondition.name.value } : {};
    return [{ kind: "InlineFragment", ...condition, selections: inner.selections ?? [] }];
  });

/** Fields among `nodes` by name, with what is required below them; type conditions are left out of account. */
export function fieldsAmong(nodes: Requirements, found = new Map<string, QueryPlanSelectionNode[]>()) {
  for (const node of nodes) {
    if (node.kind === "InlineFragment") fieldsAmong(node.selections, found);
    else found.set(node.name, [...(found.get(node.name) ?? []), ...(node.selections ?? [])]);
  }
  return found;
}

/** Whether `nodes` require all that `wanted` do. */
export function covers(nodes: Requirements, wanted: Requirements): boolean {
  const has = fieldsAmong(nodes);
  return [...fieldsAmong(wanted)].every(([name, inner]) => {
    const known = has.get(name);
    return known !== undefined && covers(known, inner);
  });
}
