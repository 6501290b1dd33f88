/** Selections of subgraph operations: what they ask for, and how they are changed. */
import { Kind, type FieldNode, type SelectionNode, type SelectionSetNode } from "graphql";
import type { TypedField } from "./reentry.ts";

/** Whether a field asks for the name of its object's type, as every engine does. */
export const isTypename = (node: FieldNode): boolean => node.name.value === "__typename" && !node.alias;

/** Selections as a set. */
export const selectionSet = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
});

/** Every field of selections with the type that it is asked of; not what lies below. */
export function* fieldsOf(selections: readonly SelectionNode[], type: string): Generator<TypedField> {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) yield { type, node };
    else if (node.kind === Kind.INLINE_FRAGMENT)
      yield* fieldsOf(node.selectionSet.selections, node.typeCondition?.name.value ?? type);
  }
}

/** Selections with every field replaced by what `change` makes of it; fragments that are left with nothing worth asking go. */
export function changed(
  selections: readonly SelectionNode[],
  type: string,
  change: (field: TypedField) => SelectionNode[],
  isWorth: (node: FieldNode) => boolean = (node) => !isTypename(node),
): SelectionNode[] {
  return selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) return change({ type, node });
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    const inner = changed(node.selectionSet.selections, node.typeCondition?.name.value ?? type, change, isWorth);
    const isEmpty = (some: readonly SelectionNode[]) => some.every((one) => one.kind === Kind.FIELD && !isWorth(one));
    return isEmpty(inner) && !isEmpty(node.selectionSet.selections)
      ? []
      : [{ ...node, selectionSet: selectionSet(inner) }];
  });
}
