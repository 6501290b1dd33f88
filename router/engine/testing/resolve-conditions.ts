/** An operation with its `@skip` and `@include` carried out. */
import {
  getOperationAST,
  getVariableValues,
  Kind,
  print,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionNode,
} from "graphql";

const isCondition = ({ name }: DirectiveNode): boolean => name.value === "skip" || name.value === "include";

function stands(node: SelectionNode, values: Record<string, unknown>): boolean {
  return (node.directives ?? []).filter(isCondition).every((directive) => {
    const value = directive.arguments?.[0]?.value;
    const holds =
      value?.kind === Kind.VARIABLE ? values[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
    return (holds === true) === (directive.name.value === "include");
  });
}

/**
 * The same operation for these variables, without conditions. Undefined where there are none and where the variables cannot be
 * coerced.
 */
export function resolveConditions(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
  operationName?: string,
): { document: DocumentNode; query: string } | undefined {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variables);
  if (!coerced) return undefined;
  const resolved = visit(document, {
    Directive: (node) => (isCondition(node) ? null : undefined),
    SelectionSet: (node) => {
      const selections = node.selections.filter((one) => stands(one, coerced));
      if (selections.length === node.selections.length) return undefined;
      // A selection set cannot be empty: there the conditions stay.
      return selections.length === 0 ? false : { ...node, selections };
    },
  });
  return resolved === document ? undefined : { document: resolved, query: print(resolved) };
}
