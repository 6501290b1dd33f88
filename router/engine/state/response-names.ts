/**
 * Names under which the engine asks subgraphs for fields. A client may call any field by the name of a key or of a field
 * that another one requires, and may ask with other arguments than a requirement does; under its own name it would take
 * the place of that value. Such fields get a name of their own on the way, and the client's again in the response.
 * So do fields with directives of the graph's own, which may change what they give.
 */
import { isCompositeType, isUnionType, type FieldNode, type GraphQLSchema } from "graphql";
import { carriesDirectives } from "./executable-directives.ts";

export type ResponseNames = {
  /** The name for a field, given whether its definition takes arguments. */
  nameOf(node: FieldNode, takesArguments: boolean): string;
  /** The client's name for what the engine asks as `name`. */
  clientName<K extends string | number>(name: K): K;
};

function fieldNames(schema: GraphQLSchema): Set<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap()))
    if (isCompositeType(type) && !isUnionType(type)) for (const name of Object.keys(type.getFields())) names.add(name);
  return names;
}

/** Names for a graph; `full` tells which names its fields have. */
export function createResponseNames(full: GraphQLSchema): ResponseNames {
  const taken = fieldNames(full);
  let suffix = "__own";
  while ([...taken].some((name) => name.endsWith(suffix))) suffix += "_";

  const nameOf = (node: FieldNode, takesArguments: boolean): string => {
    const field = node.name.value;
    const key = node.alias?.value ?? field;
    if (field.startsWith("__")) return field === "__typename" ? field : key;
    const isOwn =
      key === field
        ? takesArguments || carriesDirectives(node)
        : taken.has(key) || key.endsWith(suffix) || key === "__typename";
    return isOwn ? `${key}${suffix}` : key;
  };
  return {
    nameOf,
    clientName: (name) =>
      typeof name === "string" && name.endsWith(suffix) ? (name.slice(0, -suffix.length) as typeof name) : name,
  };
}
