/** Several `_entities` operations for one subgraph as one. */
import { Kind, print, stripIgnoredCharacters, visit, type DocumentNode, type OperationDefinitionNode } from "graphql";

export type JoinedOperation = {
  query: string;
  /** Response key of the n-th part's entities. */
  keyOf(part: number): string;
  /** Name in the joined operation of the n-th part's own variable `name`. */
  variableOf(name: string, part: number): string;
};

/** Variables of an operation that every part has for itself; all others are the client's and shared. */
export const isOwnVariable = (name: string): boolean =>
  name === "representations" || name.startsWith("contextualArgument_");

const variableOf = (name: string, part: number): string => `${name}_${part}`;
const keyOf = (part: number): string => `_e${part}`;

/** `document` with its variables' and fragments' names made different from those of other parts. */
function renamed(document: DocumentNode, part: number): DocumentNode {
  return visit(document, {
    Variable: (node) =>
      isOwnVariable(node.name.value)
        ? { ...node, name: { ...node.name, value: variableOf(node.name.value, part) } }
        : undefined,
    FragmentSpread: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}_${part}` } }),
    FragmentDefinition: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}_${part}` } }),
  });
}

/** Joins the parts; they take the same client variables by the same names. */
export function joinOperations(parts: readonly DocumentNode[]): JoinedOperation {
  const documents = parts.map(renamed);
  const operations = documents.flatMap(({ definitions }) =>
    definitions.filter((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION),
  );
  const fragments = documents.flatMap(({ definitions }) =>
    definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION),
  );
  const variables = new Map(
    operations.flatMap((operation) =>
      (operation.variableDefinitions ?? []).map((node) => [node.variable.name.value, node] as const),
    ),
  );
  const first = operations[0] as OperationDefinitionNode;
  const operation: OperationDefinitionNode = {
    ...first,
    variableDefinitions: [...variables.values()],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: operations.flatMap(({ selectionSet }, part) =>
        selectionSet.selections.map((node) =>
          node.kind === Kind.FIELD ? { ...node, alias: { kind: Kind.NAME, value: keyOf(part) } } : node,
        ),
      ),
    },
  };
  const query = stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }));
  return { query, keyOf, variableOf };
}
