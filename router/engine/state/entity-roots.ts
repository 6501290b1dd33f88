/**
 * Lets the planner plan from an entity on. Where a subgraph knows an interface as an object (@interfaceObject), the planner
 * goes astray as soon as objects of several types are asked for different things in one place. Such selections are planned
 * apart, each for one type of object whose key is there: from a field of `Query` in a subgraph that does not exist.
 */
import {
  Kind,
  type ArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { parseFieldSet } from "./subgraph-types.ts";

export type EntityRoot = {
  /** The field of `Query` that stands for any object of the type. */
  readonly field: string;
  /** What must be known of an object. */
  readonly key: SelectionSetNode;
};

/** Name of the subgraph that does not exist. */
export const nowhere = "antar_entities";
const graphValue = "ANTAR__ENTITIES";

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

const name = (value: string) => ({ kind: Kind.NAME as const, value });

function directive(called: string, values: Record<string, ConstValueNode>): ConstDirectiveNode {
  const args = Object.entries(values).map(([key, value]) => ({ kind: Kind.ARGUMENT as const, name: name(key), value }));
  return { kind: Kind.DIRECTIVE, name: name(called), arguments: args };
}

const enumValue = (value: string): ConstValueNode => ({ kind: Kind.ENUM, value });
const text = (value: string): ConstValueNode => ({ kind: Kind.STRING, value });

/** Directives of one name on a node, each as its arguments. */
function applied(node: { directives?: readonly ConstDirectiveNode[] | undefined }, called: string) {
  return (node.directives ?? [])
    .filter((one) => one.name.value === called)
    .map(
      (one) => new Map((one.arguments ?? []).map((argument: ArgumentNode) => [argument.name.value, argument.value])),
    );
}

const literalOf = (value: unknown): string | boolean | undefined =>
  value && typeof value === "object" && "value" in value ? (value as { value: string | boolean }).value : undefined;

const isComposite = (node: DefinitionNode): node is Composite =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;

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

/** A field with a join directive for each subgraph that has it: without any, all of its type's have it. */
function explicit(type: Composite, field: FieldDefinitionNode): FieldDefinitionNode {
  if (applied(field, "join__field").length > 0) return field;
  const graphs = new Set(applied(type, "join__type").map((join) => literalOf(join.get("graph"))));
  const joins = [...graphs].map((graph) => directive("join__field", { graph: enumValue(String(graph)) }));
  return { ...field, directives: [...(field.directives ?? []), ...joins] };
}

/** A supergraph under change. */
class Supergraph {
  readonly #types: Map<string, Composite>;
  readonly #others: readonly DefinitionNode[];

  constructor(document: DocumentNode) {
    this.#types = new Map(document.definitions.filter(isComposite).map((node) => [node.name.value, node]));
    this.#others = document.definitions.filter((node) => !isComposite(node));
  }

  /** Puts a type with some of its fields into the subgraph that does not exist. */
  expose(typeName: string, wanted: ReadonlySet<string>, key?: string): void {
    const type = this.#types.get(typeName);
    if (!type) return;
    const here = directive("join__field", { graph: enumValue(graphValue) });
    const fields = (type.fields ?? []).map((field) => {
      const node = explicit(type, field);
      return wanted.has(field.name.value) ? { ...node, directives: [...(node.directives ?? []), here] } : node;
    });
    const join = directive("join__type", {
      graph: enumValue(graphValue),
      ...(key === undefined ? {} : { key: text(key), resolvable: { kind: Kind.BOOLEAN, value: false } }),
    });
    this.#types.set(typeName, { ...type, fields, directives: [...(type.directives ?? []), join] });
  }

  addFields(typeName: string, added: readonly FieldDefinitionNode[]): void {
    const type = this.#types.get(typeName);
    if (type) this.#types.set(typeName, { ...type, fields: [...(type.fields ?? []), ...added] });
  }

  document(): DocumentNode {
    const others = this.#others.map((node): DefinitionNode => {
      if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== "join__Graph") return node;
      const join = directive("join__graph", { name: text(nowhere), url: text("") });
      const value = { kind: Kind.ENUM_VALUE_DEFINITION as const, name: name(graphValue), directives: [join] };
      return { ...node, values: [...(node.values ?? []), value] };
    });
    return { kind: Kind.DOCUMENT, definitions: [...others, ...this.#types.values()] };
  }
}

/** Names of the fields that a flat field set selects. */
export const fieldNames = ({ selections }: SelectionSetNode): ReadonlySet<string> =>
  new Set(selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : [])));

const queryName = (document: DocumentNode): string =>
  document.definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION ? node.operationTypes : []))
    .find(({ operation }) => operation === "query")?.type.name.value ?? "Query";

/** Roots for the objects of every interface that is an object somewhere, and the supergraph that has them. */
export function withEntityRoots(document: DocumentNode): {
  document: DocumentNode;
  roots: ReadonlyMap<string, EntityRoot>;
} {
  const keys = new Map<string, string>();
  for (const node of document.definitions) {
    const key = node.kind === Kind.INTERFACE_TYPE_DEFINITION ? interfaceKey(node) : undefined;
    if (key !== undefined) keys.set((node as InterfaceTypeDefinitionNode).name.value, key);
  }
  const roots = new Map<string, EntityRoot>();
  if (keys.size === 0) return { document, roots };
  const supergraph = new Supergraph(document);
  const fields: FieldDefinitionNode[] = [];
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const key = (node.interfaces ?? []).map((one) => keys.get(one.name.value)).find((one) => one !== undefined);
    if (key === undefined) continue;
    const root = { field: `_antar_${node.name.value}`, key: parseFieldSet(key) };
    roots.set(node.name.value, root);
    supergraph.expose(node.name.value, fieldNames(root.key), key);
    fields.push({
      kind: Kind.FIELD_DEFINITION,
      name: name(root.field),
      type: { kind: Kind.NAMED_TYPE, name: name(node.name.value) },
      directives: [directive("join__field", { graph: enumValue(graphValue) })],
    });
  }
  const query = queryName(document);
  supergraph.expose(query, new Set());
  supergraph.addFields(query, fields);
  return { document: supergraph.document(), roots };
}
