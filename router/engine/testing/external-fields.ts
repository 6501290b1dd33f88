/** What a subgraph must not be asked for: fields that it declares external, but for keys and where `@provides` says so. */
import {
  Kind,
  getNamedType,
  isCompositeType,
  isUnionType,
  parse,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import { parseFieldSet } from "./truth.ts";

type Provided = readonly SelectionSetNode[];

const fieldsOf = (sets: Provided, name: string) =>
  sets.flatMap(({ selections }) => selections.filter((one) => one.kind === Kind.FIELD && one.name.value === name));

/** Reads a subgraph's SDL; the function names the first field that a document must not ask for. */
export function externalFields(sdl: string, schema: GraphQLSchema): (document: DocumentNode) => string | undefined {
  const external = new Set<string>();
  const provides = new Map<string, SelectionSetNode>();
  for (const type of parse(sdl).definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    for (const field of type.fields ?? [])
      for (const { name, arguments: args = [] } of field.directives ?? []) {
        const coordinate = `${type.name.value}.${field.name.value}`;
        const value = args[0]?.value;
        if (name.value === "external") external.add(coordinate);
        if (name.value === "provides" && value?.kind === Kind.STRING)
          provides.set(coordinate, parseFieldSet(value.value));
      }
  }
  const look = (type: GraphQLCompositeType, set: SelectionSetNode, provided: Provided): string | undefined => {
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) continue;
      let found: string | undefined;
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const inner = node.typeCondition ? schema.getType(node.typeCondition.name.value) : type;
        found = isCompositeType(inner) ? look(inner, node.selectionSet, provided) : undefined;
      } else {
        const coordinate = `${type.name}.${node.name.value}`;
        const here = fieldsOf(provided, node.name.value);
        if (external.has(coordinate) && here.length === 0) return coordinate;
        const definition = isUnionType(type) ? undefined : type.getFields()[node.name.value];
        const inner = definition && getNamedType(definition.type);
        const own = provides.get(coordinate);
        const below = here.flatMap((one) => (one.kind === Kind.FIELD && one.selectionSet ? [one.selectionSet] : []));
        if (isCompositeType(inner) && node.selectionSet)
          found = look(inner, node.selectionSet, [...below, ...(own ? [own] : [])]);
      }
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (document) => {
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION) continue;
      const root = schema.getRootType(node.operation);
      const found = root ? look(root, node.selectionSet, []) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
