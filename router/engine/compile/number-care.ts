/** Which fields have values that depend on the text of a number, so that answers without them are read as fast as can be. */
import {
  getNamedType,
  isCompositeType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  visit,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import type { NumberCare } from "../exact-json.ts";

/** By field name, the most that a field of that name on any type asks for. */
type FieldCare = ReadonlyMap<string, NumberCare>;

const known = new WeakMap<GraphQLSchema, FieldCare>();

/** The care that fields of a graph ask for; computed once. */
export function fieldCare(schema: GraphQLSchema): FieldCare {
  const found = known.get(schema);
  if (found) return found;
  const care = new Map<string, NumberCare>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isCompositeType(type) || isUnionType(type)) continue;
    for (const { name, type: fieldType } of Object.values(type.getFields())) {
      const named = getNamedType(fieldType);
      if (!isScalarType(named)) continue;
      const own = isSpecifiedScalarType(named) ? (named.name === "ID" ? 1 : 0) : 2;
      care.set(name, Math.max(own, care.get(name) ?? 0) as NumberCare);
    }
  }
  known.set(schema, care);
  return care;
}

/** The care that the answer to a subgraph operation asks for. */
export function careOf(document: DocumentNode, care: FieldCare): NumberCare {
  let most: NumberCare = 0;
  visit(document, {
    Field: ({ name }) => {
      most = Math.max(most, care.get(name.value) ?? 0) as NumberCare;
    },
  });
  return most;
}
