/** Custom scalars that keep the text of their numbers, for schemas that stand for subgraphs and for the monolith. */
import {
  Kind,
  isScalarType,
  isSpecifiedScalarType,
  valueFromASTUntyped,
  type GraphQLSchema,
  type ValueNode,
} from "graphql";

/** A number of this text, as JSON.parse would give it or, where that is another number, as JSON.rawJSON does. */
export const exactNumber = (text: string): unknown =>
  String(Number(text)) === text ? Number(text) : (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

function exactValue(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return exactNumber(node.value);
  if (node.kind === Kind.LIST) return node.values.map((one) => exactValue(one, variables));
  if (node.kind === Kind.OBJECT)
    return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, exactValue(value, variables)]));
  return valueFromASTUntyped(node, variables as never);
}

/** The schema, whose custom scalars take literals as they are written from now on. */
export function withExactScalars(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()))
    if (isScalarType(type) && !isSpecifiedScalarType(type)) type.parseLiteral = exactValue as typeof type.parseLiteral;
  return schema;
}
