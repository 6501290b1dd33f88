/** What each subgraph knows of the graph's types, read from the supergraph's join directives. */
import { baseType, type Schema } from "@apollo/federation-internals";
import { Kind, parse, type SelectionSetNode } from "graphql";

/** A type as one subgraph has it. */
export type SubgraphType = {
  /** Keys by which the subgraph finds entities of the type. */
  readonly keys: readonly SelectionSetNode[];
  readonly isInterfaceObject: boolean;
  /** What a field needs of other subgraphs, by field. */
  readonly requires: ReadonlyMap<string, SelectionSetNode>;
  /** Fields that the subgraph knows of but does not resolve. */
  readonly external: ReadonlySet<string>;
};

export type SubgraphTypes = {
  /** The name by which a subgraph knows objects of a type: its own or that of an interface object; undefined where it knows none. */
  nameIn(subgraph: string, typename: string): string | undefined;
  typeIn(subgraph: string, typename: string): SubgraphType | undefined;
  /** Whether a subgraph that has an object of a type can give all that a field set of plain names selects of it. */
  gives(subgraph: string, typename: string, set: SelectionSetNode): boolean;
  /** Whether a field may be answered by a subgraph that knows the field's interface as an object only. */
  isUntyped(typeName: string, fieldName: string): boolean;
  /** Whether only subgraphs that know an object's interface as an object have a field of it. */
  isInterfaceOnly(typeName: string, fieldName: string): boolean;
};

type MutableType = {
  keys: SelectionSetNode[];
  isInterfaceObject: boolean;
  requires: Map<string, SelectionSetNode>;
  external: Set<string>;
};
type JoinArguments = Record<string, unknown>;

/** Parses a federation field set such as `id owner { id }`. */
export function parseFieldSet(text: string): SelectionSetNode {
  const definition = parse(`{${text}}`, { noLocation: true }).definitions[0];
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a field set: ${text}`);
  return definition.selectionSet;
}

/** Subgraph names by their names in join directives. */
function graphNames(schema: Schema): ReadonlyMap<unknown, string> {
  const graphs = schema.type("join__Graph");
  if (graphs?.kind !== "EnumType") return new Map();
  return new Map(
    graphs.values.map((value) => {
      const given: unknown = value.appliedDirectivesOf("join__graph")[0]?.arguments()["name"];
      return [value.name, typeof given === "string" ? given : value.name] as const;
    }),
  );
}

type Readable = Extract<ReturnType<Schema["types"]>[number], { kind: "ObjectType" | "InterfaceType" }>;

type JoinedField = { name: string; subgraph: string; requires: string | undefined; isExternal: boolean };

/** Fields that name their subgraphs, once for each. */
const joinedFields = (type: Readable, graphs: ReadonlyMap<unknown, string>): JoinedField[] =>
  type.fields().flatMap((field) =>
    field.appliedDirectivesOf("join__field").flatMap((directive) => {
      const { graph, requires, external } = directive.arguments() as JoinArguments;
      const subgraph = graphs.get(graph);
      if (subgraph === undefined) return [];
      const text = typeof requires === "string" ? requires : undefined;
      return [{ name: field.name, subgraph, requires: text, isExternal: external === true }];
    }),
  );

/** Whether `subgraph`, by the join directives alone, gives all that `set` selects of objects of `type`. */
const givesAll = (
  type: Readable,
  { selections }: SelectionSetNode,
  subgraph: string,
  graphs: ReadonlyMap<unknown, string>,
): boolean =>
  selections.every((node) => {
    const field = node.kind === Kind.FIELD ? type.field(node.name.value) : undefined;
    if (node.kind !== Kind.FIELD || !field) return false;
    const joins = field.appliedDirectivesOf("join__field").map((one) => one.arguments() as JoinArguments);
    const own = joins.find(({ graph }) => graphs.get(graph) === subgraph);
    const isGiven =
      joins.length === 0
        ? type
            .appliedDirectivesOf("join__type")
            .some((one) => graphs.get((one.arguments() as JoinArguments)["graph"]) === subgraph)
        : own !== undefined &&
          own["external"] !== true &&
          own["usedOverridden"] !== true &&
          own["requires"] === undefined;
    const inner = node.selectionSet && baseType(field.type as never);
    if (!isGiven || !node.selectionSet) return isGiven;
    return inner?.kind === "ObjectType" && givesAll(inner as Readable, node.selectionSet, subgraph, graphs);
  });

/** Fields of an object that no subgraph gives for the object itself. */
const interfaceOnlyFields = (type: Readable): string[] =>
  type.fields().flatMap((field) => {
    const joins = field.appliedDirectivesOf("join__field");
    return joins.length > 0 && joins.every((one) => (one.arguments() as JoinArguments)["graph"] === undefined)
      ? [field.name]
      : [];
  });

function readType(type: Readable, graphs: ReadonlyMap<unknown, string>): Map<string, MutableType> {
  const found = new Map<string, MutableType>();
  for (const directive of type.appliedDirectivesOf("join__type")) {
    const { graph, key, resolvable, isInterfaceObject } = directive.arguments() as JoinArguments;
    const subgraph = graphs.get(graph);
    if (subgraph === undefined) continue;
    const known: MutableType = found.get(subgraph) ?? {
      keys: [],
      isInterfaceObject: isInterfaceObject === true,
      requires: new Map(),
      external: new Set(),
    };
    found.set(subgraph, known);
    if (typeof key === "string" && resolvable !== false) known.keys.push(parseFieldSet(key));
  }
  for (const { name, requires, subgraph, isExternal } of joinedFields(type, graphs)) {
    if (requires !== undefined) found.get(subgraph)?.requires.set(name, parseFieldSet(requires));
    if (isExternal) found.get(subgraph)?.external.add(name);
  }
  return found;
}

/** Reads the types of a supergraph's schema. */
export function readSubgraphTypes(schema: Schema): SubgraphTypes {
  const graphs = graphNames(schema);
  const types = new Map<string, Map<string, MutableType>>();
  const interfaces = new Map<string, readonly string[]>();
  const interfaceOnly = new Set<string>();
  const untyped = new Set<string>();
  for (const type of schema.types()) {
    if (type.kind !== "ObjectType" && type.kind !== "InterfaceType") continue;
    types.set(type.name, readType(type, graphs));
    interfaces.set(
      type.name,
      type.interfaces().map((one) => one.name),
    );
  }
  for (const type of schema.types()) {
    if (type.kind !== "ObjectType" && type.kind !== "InterfaceType") continue;
    if (type.kind === "ObjectType")
      for (const name of interfaceOnlyFields(type)) interfaceOnly.add(`${type.name}.${name}`);
    for (const field of type.fields()) {
      const joined = joinedFields(type, graphs).filter(({ name, isExternal }) => name === field.name && !isExternal);
      const subgraphs =
        joined.length > 0 ? joined.map(({ subgraph }) => subgraph) : [...(types.get(type.name)?.keys() ?? [])];
      const named = types.get(baseType(field.type as never).name);
      if (subgraphs.some((subgraph) => named?.get(subgraph)?.isInterfaceObject))
        untyped.add(`${type.name}.${field.name}`);
    }
  }
  const typeIn: SubgraphTypes["typeIn"] = (subgraph, typename) => types.get(typename)?.get(subgraph);
  return {
    typeIn,
    gives(subgraph, typename, set) {
      const type = schema.type(typename);
      return type?.kind === "ObjectType" && givesAll(type, set, subgraph, graphs);
    },
    isUntyped: (typeName, fieldName) => untyped.has(`${typeName}.${fieldName}`),
    isInterfaceOnly: (typeName, fieldName) => interfaceOnly.has(`${typeName}.${fieldName}`),
    nameIn: (subgraph, typename) =>
      typeIn(subgraph, typename)
        ? typename
        : interfaces.get(typename)?.find((name) => typeIn(subgraph, name)?.isInterfaceObject),
  };
}
