/** The fields of an operation, with its fragments opened. */
import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Every field of a selection set, those of its fragments too; not what lies below them. */
export function fieldsOf(set: SelectionSetNode | undefined, fragments: Fragments): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, fragments);
    return fieldsOf(fragments.get(selection.name.value)?.selectionSet, fragments);
  });
}

/** The fragments of a document by name. */
export const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );

/** Names of the mutations that `operation` asks for; empty for queries. */
export const mutationsOf = (operation: OperationDefinitionNode, document: DocumentNode): string[] =>
  operation.operation === "mutation"
    ? fieldsOf(operation.selectionSet, fragmentsOf(document)).map((field) => field.name.value)
    : [];
