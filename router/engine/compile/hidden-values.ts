/** What the graph has and clients do not see: null may stand for it, without an error. */
import { isAbstractType, isEnumType, type GraphQLAbstractType, type GraphQLEnumType } from "graphql";
import type { SelectionScope } from "./collect-fields.ts";

type Schemas = Pick<SelectionScope, "schema" | "full">;

/** Values of an enum. */
export function hiddenValues({ full }: Schemas, type: GraphQLEnumType): string[] {
  const all = full.getType(type.name);
  return isEnumType(all) ? all.getValues().flatMap(({ name }) => (type.getValue(name) ? [] : [name])) : [];
}

/** Names of an abstract type's objects. */
export function hiddenTypes({ schema, full }: Schemas, type: GraphQLAbstractType): ReadonlySet<unknown> {
  const all = full.getType(type.name);
  if (!isAbstractType(all)) return new Set();
  const seen = new Set(schema.getPossibleTypes(type).map(({ name }) => name));
  return new Set(full.getPossibleTypes(all).flatMap(({ name }) => (seen.has(name) ? [] : [name])));
}
