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

/**
 * The key by which an interface's own subgraphs tell its objects, where some other subgraph knows it as an object. Of plain
 * fields only: parts of objects could not stand for themselves under a client's alias.
 */
function interfaceKey(node: InterfaceTypeDefinitionNode): string | undefined {
  const joins = applied(node, "join__type");
  const isObject = (join: (typeof joins)[number]) => literalOf(join.get("isInterfaceObject")) === true;
  if (!joins.some(isObject)) return undefined;
  const keys = joins.flatMap((join) =>
    isObject(join) || literalOf(join.get("resolvable")) === false ? [] : (literalOf(join.get("key")) ?? []),
  );
  return keys.find((key): key is string => typeof key === "string" && !key.includes("{"));
}

/** Names of the fields that a flat field set selects. */
const fieldNames = ({ selections }: SelectionSetNode): ReadonlySet<string> =>
  new Set(selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : [])));

/** Adds roots for the objects of every interface that is an object somewhere; answers them by type. */
export function addEntityRoots(supergraph: SupergraphDocument, queryType: string): ReadonlyMap<string, EntityRoot> {
  const keys = new Map<string, string>();
  for (const node of supergraph.types()) {
    const key = node.kind === Kind.INTERFACE_TYPE_DEFINITION ? interfaceKey(node) : undefined;
    if (key !== undefined) keys.set(node.name.value, key);
  }
  const roots = new Map<string, EntityRoot>();
  if (keys.size === 0) return roots;
  const fields: FieldDefinitionNode[] = [];
  for (const node of supergraph.types()) {
    const key = (node.interfaces ?? []).map((one) => keys.get(one.name.value)).find((one) => one !== undefined);
    if (key === undefined || node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const root = { field: `_antar_${node.name.value}`, key: parseFieldSet(key) };
    roots.set(node.name.value, root);
    supergraph.expose(graphValue, node.name.value, fieldNames(root.key), key);
    fields.push({
      kind: Kind.FIELD_DEFINITION,
      name: name(root.field),
      type: { kind: Kind.NAMED_TYPE, name: name(node.name.value) },
      directives: [directive("join__field", { graph: enumValue(graphValue) })],
    });
  }
  supergraph.addSubgraph(graphValue, nowhere);
  supergraph.expose(graphValue, queryType, new Set());
  supergraph.addFields(queryType, fields);
  return roots;
}
