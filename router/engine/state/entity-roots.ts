/**
 * Lets the planner plan from an entity on. Where a subgraph knows an interface as an object (@interfaceObject), the planner
 * goes astray as soon as objects of several types are asked for different things in one place. Such selections are planned
 * apart, each for one type of object whose key is there: from a field of `Query` in a subgraph that does not exist.
 */
import { Kind, type FieldDefinitionNode, type InterfaceTypeDefinitionNode, type SelectionSetNode } from "graphql";
import { parseFieldSet } from "./subgraph-types.ts";
import { applied, directive, enumValue, literalOf, name, type SupergraphDocument } from "./supergraph-document.ts";

export type EntityRoot = {
  /** The field of `Query` that stands for any object of the type. */
  readonly field: string;
  /** What must be known of an object. */
  readonly key: SelectionSetNode;
};

/** Name of the subgraph that does not exist. */
export const nowhere = "antar_entities";
const graphValue = "ANTAR__ENTITIES";

/** What the subgraph that does not exist knows of a type. */
export type Exposed = { readonly fields: Set<string>; key: string | undefined };

/**
 * Whether all that a key selects, and what lies within it, are objects of one type each: of an object of an abstract type
 * within a key nobody could say what it is.
 */
const isPlain = (supergraph: SupergraphDocument, typeName: string, { selections }: SelectionSetNode): boolean =>
  selections.every((node) => {
    if (node.kind !== Kind.FIELD) return false;
    if (!node.selectionSet) return true;
    const inner = supergraph.typeOf(typeName, node.name.value);
    return inner?.kind === Kind.OBJECT_TYPE_DEFINITION && isPlain(supergraph, inner.name.value, node.selectionSet);
  });

/**
 * The key by which an interface's own subgraphs tell its objects, where some other subgraph knows it as an object. One of
 * fields without parts is preferred: less is asked for.
 */
function interfaceKey(supergraph: SupergraphDocument, node: InterfaceTypeDefinitionNode): string | undefined {
  const joins = applied(node, "join__type");
  const isObject = (join: (typeof joins)[number]) => literalOf(join.get("isInterfaceObject")) === true;
  if (!joins.some(isObject)) return undefined;
  const keys = joins
    .flatMap((join) =>
      isObject(join) || literalOf(join.get("resolvable")) === false ? [] : (literalOf(join.get("key")) ?? []),
    )
    .filter((key) => typeof key === "string")
    .filter((key) => isPlain(supergraph, node.name.value, parseFieldSet(key)));
  return keys.find((key) => !key.includes("{")) ?? keys[0];
}

/** Notes all that `key` reads of a type, and of the types of its parts. */
export function addKey(
  exposed: Map<string, Exposed>,
  supergraph: SupergraphDocument,
  typeName: string,
  { selections }: SelectionSetNode,
): Exposed {
  const known = exposed.get(typeName) ?? { fields: new Set(), key: undefined };
  exposed.set(typeName, known);
  for (const node of selections) {
    if (node.kind !== Kind.FIELD) continue;
    known.fields.add(node.name.value);
    const inner = node.selectionSet && supergraph.typeOf(typeName, node.name.value);
    if (inner && node.selectionSet) addKey(exposed, supergraph, inner.name.value, node.selectionSet);
  }
  return known;
}

/** A key as it is asked for: of each part its type as well, since plans may go on from there. */
const withTypenames = ({ selections, ...set }: SelectionSetNode): SelectionSetNode => ({
  ...set,
  selections: selections.map((node) => {
    if (node.kind !== Kind.FIELD || !node.selectionSet) return node;
    const inner = withTypenames(node.selectionSet);
    const typename = { kind: Kind.FIELD as const, name: name("__typename") };
    return { ...node, selectionSet: { ...inner, selections: [typename, ...inner.selections] } };
  }),
});

/** Adds roots for the objects of every interface that is an object somewhere; answers them by type. */
export function addEntityRoots(supergraph: SupergraphDocument, queryType: string): ReadonlyMap<string, EntityRoot> {
  const keys = new Map<string, string>();
  for (const node of supergraph.types()) {
    const key = node.kind === Kind.INTERFACE_TYPE_DEFINITION ? interfaceKey(supergraph, node) : undefined;
    if (key !== undefined) keys.set(node.name.value, key);
  }
  const roots = new Map<string, EntityRoot>();
  if (keys.size === 0) return roots;
  const fields: FieldDefinitionNode[] = [];
  const exposed = new Map<string, Exposed>();
  for (const node of supergraph.types()) {
    const key = (node.interfaces ?? []).map((one) => keys.get(one.name.value)).find((one) => one !== undefined);
    if (key === undefined || node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const root = { field: `_antar_${node.name.value}`, key: withTypenames(parseFieldSet(key)) };
    roots.set(node.name.value, root);
    addKey(exposed, supergraph, node.name.value, parseFieldSet(key)).key = key;
    fields.push({
      kind: Kind.FIELD_DEFINITION,
      name: name(root.field),
      type: { kind: Kind.NAMED_TYPE, name: name(node.name.value) },
      directives: [directive("join__field", { graph: enumValue(graphValue) })],
    });
  }
  for (const [typeName, { fields: read, key }] of exposed) supergraph.expose(graphValue, typeName, read, key);
  supergraph.addSubgraph(graphValue, nowhere);
  supergraph.expose(graphValue, queryType, new Set());
  supergraph.addFields(queryType, fields);
  return roots;
}
