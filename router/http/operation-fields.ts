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

/**
 * Every field of a selection set, those of its fragments too; not what lies below them. A fragment is opened at its first spread
 * only: further ones would say the same again, and fragments that spread others twice would never come to an end.
 */
export function fieldsOf(set: SelectionSetNode | undefined, fragments: Fragments): FieldNode[] {
  const fields: FieldNode[] = [];
  const opened = new Set<string>();
  const open = (inner: SelectionSetNode | undefined): void => {
    for (const selection of inner?.selections ?? []) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) open(selection.selectionSet);
      else if (!opened.has(selection.name.value)) {
        opened.add(selection.name.value);
        open(fragments.get(selection.name.value)?.selectionSet);
      }
    }
  };
  open(set);
  return fields;
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
