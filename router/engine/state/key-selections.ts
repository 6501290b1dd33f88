/** What is asked for of the key of an object that is planned from apart. */
import {
  Kind,
  getNamedType,
  isUnionType,
  type FieldNode,
  type GraphQLCompositeType,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { collectFields, type CollectedField, type SelectionScope } from "../compile/collect-fields.ts";

/**
 * Composite parts of a key under the client's names: the key has their values, so that no later fetch brings them, and what
 * is planned from there on starts from objects at those places.
 */
export function keyPartsAsAsked(
  scope: SelectionScope,
  key: SelectionSetNode,
  fields: readonly CollectedField[],
  type: GraphQLCompositeType,
): FieldNode[] {
  return fields.flatMap(({ nodes }) => {
    const node = nodes[0] as FieldNode;
    const part = key.selections.find((one) => one.kind === Kind.FIELD && one.name.value === node.name.value);
    const definition = isUnionType(type) ? undefined : type.getFields()[node.name.value];
    if (part?.kind !== Kind.FIELD || !part.selectionSet || !definition) return [];
    const inner = getNamedType(definition.type) as GraphQLCompositeType;
    const below = collectFields(
      scope,
      inner,
      nodes.map((each) => each.selectionSet),
    );
    const selections = [...part.selectionSet.selections, ...keyPartsAsAsked(scope, part.selectionSet, below, inner)];
    const alias = scope.dataName(node, definition.args.length > 0);
    return [
      { ...part, alias: { kind: Kind.NAME, value: alias }, selectionSet: { kind: Kind.SELECTION_SET, selections } },
    ];
  });
}

/** A part of the key that says nothing but that an object is there; empty where the key has only composite parts. */
export const plainPart = ({ selections }: SelectionSetNode): SelectionNode[] =>
  selections.filter((node) => node.kind === Kind.FIELD && !node.selectionSet).slice(0, 1);
