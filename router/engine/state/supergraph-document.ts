/** A supergraph's document as something that can be changed before the planner reads it. */
import {
  Kind,
  OperationTypeNode,
  type ArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from "graphql";

/** A type with fields. */
export type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A name node. */
export const name = (value: string) => ({ kind: Kind.NAME as const, value });

/** A directive node. */
export function directive(called: string, values: Record<string, ConstValueNode>): ConstDirectiveNode {
  const args = Object.entries(values).map(([key, value]) => ({ kind: Kind.ARGUMENT as const, name: name(key), value }));
  return { kind: Kind.DIRECTIVE, name: name(called), arguments: args };
}

/** Value nodes. */
export const enumValue = (value: string): ConstValueNode => ({ kind: Kind.ENUM, value });
export const text = (value: string): ConstValueNode => ({ kind: Kind.STRING, value });

/** Directives of one name on a node, each as its arguments. */
export function applied(node: { directives?: readonly ConstDirectiveNode[] | undefined }, called: string) {
  return (node.directives ?? [])
    .filter((one) => one.name.value === called)
    .map(
      (one) => new Map((one.arguments ?? []).map((argument: ArgumentNode) => [argument.name.value, argument.value])),
    );
}

/** The value of a scalar's or enum's node. */
export const literalOf = (value: unknown): string | boolean | undefined =>
  value && typeof value === "object" && "value" in value ? (value as { value: string | boolean }).value : undefined;

/** The name of a field's type, without lists. */
export function namedTypeOf({ type }: FieldDefinitionNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

/** Whether a definition is that of a type with fields. */
export const isComposite = (node: DefinitionNode): node is Composite =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;

/** A field with a join directive for each subgraph that has it: without any, all of its type's have it. */
export function explicit(type: Composite, field: FieldDefinitionNode): FieldDefinitionNode {
  if (applied(field, "join__field").length > 0) return field;
  const graphs = new Set(applied(type, "join__type").map((join) => literalOf(join.get("graph"))));
  const joins = [...graphs].map((graph) => directive("join__field", { graph: enumValue(String(graph)) }));
  return { ...field, directives: [...(field.directives ?? []), ...joins] };
}

/** A supergraph under change. */
export class SupergraphDocument {
  readonly #types: Map<string, Composite>;
  readonly #others: readonly DefinitionNode[];
  readonly #document: DocumentNode;
  readonly #subgraphs: EnumValueDefinitionNode[] = [];

  constructor(document: DocumentNode) {
    this.#document = document;
    this.#types = new Map(document.definitions.filter(isComposite).map((node) => [node.name.value, node]));
    this.#others = document.definitions.filter((node) => !isComposite(node));
  }

  /** Puts a type with some of its fields into a subgraph. */
  expose(graph: string, typeName: string, wanted: ReadonlySet<string>, key?: string): void {
    const type = this.#types.get(typeName);
    if (!type) return;
    const here = directive("join__field", { graph: enumValue(graph) });
    const fields = (type.fields ?? []).map((field) => {
      const node = explicit(type, field);
      return wanted.has(field.name.value) ? { ...node, directives: [...(node.directives ?? []), here] } : node;
    });
    const join = directive("join__type", {
      graph: enumValue(graph),
      ...(key === undefined ? {} : { key: text(key), resolvable: { kind: Kind.BOOLEAN, value: false } }),
    });
    this.#types.set(typeName, { ...type, fields, directives: [...(type.directives ?? []), join] });
  }

  type(typeName: string): Composite | undefined {
    return this.#types.get(typeName);
  }

  /** The type of a field, where that has fields itself. */
  typeOf(typeName: string, fieldName: string): Composite | undefined {
    const field = this.#types.get(typeName)?.fields?.find((one) => one.name.value === fieldName);
    return field && this.#types.get(namedTypeOf(field));
  }

  types(): readonly Composite[] {
    return [...this.#types.values()];
  }

  replaceType(type: Composite): void {
    this.#types.set(type.name.value, type);
  }

  addFields(typeName: string, added: readonly FieldDefinitionNode[]): void {
    const type = this.#types.get(typeName);
    if (type) this.#types.set(typeName, { ...type, fields: [...(type.fields ?? []), ...added] });
  }

  /** Names a subgraph, by its value in `join__Graph`. */
  addSubgraph(value: string, subgraph: string): void {
    const join = directive("join__graph", { name: text(subgraph), url: text("") });
    this.#subgraphs.push({ kind: Kind.ENUM_VALUE_DEFINITION, name: name(value), directives: [join] });
  }

  /** The values of an enum, as they were at first. */
  enumValues(enumName: string): readonly EnumValueDefinitionNode[] {
    return this.#document.definitions.flatMap((node) =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === enumName ? (node.values ?? []) : [],
    );
  }

  /** Name of the type of queries. */
  queryType(): string {
    const roots = this.#others.flatMap((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.operationTypes ?? []) : [],
    );
    return roots.find(({ operation }) => operation === OperationTypeNode.QUERY)?.type.name.value ?? "Query";
  }

  document(): DocumentNode {
    const others = this.#others.map((node): DefinitionNode => {
      if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== "join__Graph") return node;
      return { ...node, values: [...(node.values ?? []), ...this.#subgraphs] };
    });
    return { kind: Kind.DOCUMENT, definitions: [...others, ...this.#types.values()] };
  }
}
