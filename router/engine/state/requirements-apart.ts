/**
 * Another way to plan `@requires`, for operations over which the planner throws, or which it plans wrongly. What requires
 * something is left out of the operation that the planner gets; the key and the requirements of its object are asked for
 * instead, like any other fields, and the field itself is planned apart: from a subgraph that does not exist and knows nothing of
 * the object but that key. So the planner never sees a requirement. What is required may require something itself; the order of
 * steps follows from what each of them reads (plan/dependencies.ts).
 */
import {
  Kind,
  print,
  stripIgnoredCharacters,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { TypeNode } from "graphql";
import { addKey, nowhere, type EntityRoot, type Exposed } from "./entity-roots.ts";
import type { SubgraphTypes } from "./subgraph-types.ts";
import {
  applied,
  directive,
  enumValue,
  explicit,
  literalOf,
  name,
  namedTypeOf,
  type Composite,
  type SupergraphDocument,
} from "./supergraph-document.ts";

/** Where a field is asked for that requires something of its object. */
type Source = {
  readonly subgraph: string;
  /** The field of `Query` from which it is planned, and the key. */
  readonly root: EntityRoot;
  readonly requires: SelectionSetNode;
};

/** A field that is planned apart. */
export type ApartField = {
  readonly path: readonly string[];
  readonly objectType: string;
  readonly root: EntityRoot;
  readonly selections: readonly SelectionNode[];
};

const external = {
  kind: Kind.ARGUMENT as const,
  name: name("external"),
  value: { kind: Kind.BOOLEAN as const, value: true },
};
const typename: FieldNode = { kind: Kind.FIELD, name: name("__typename") };

const listMarksOf = (type: TypeNode): string[] => {
  if (type.kind === Kind.NON_NULL_TYPE) return listMarksOf(type.type);
  return type.kind === Kind.LIST_TYPE ? ["@", ...listMarksOf(type.type)] : [];
};

/** Values of `join__Graph` by the names of subgraphs. */
function graphValues(supergraph: SupergraphDocument): ReadonlyMap<string, string> {
  const values = supergraph.enumValues("join__Graph").map((value) => {
    const given = literalOf(applied(value, "join__graph")[0]?.get("name"));
    return [typeof given === "string" ? given : value.name.value, value.name.value] as const;
  });
  return new Map(values);
}

/** Whether another subgraph than `graph` has every field at the top of a key. */
const isGivenElsewhere = (type: Composite, key: SelectionSetNode, graph: string): boolean =>
  key.selections.every((node) => {
    const field = node.kind === Kind.FIELD && type.fields?.find((one) => one.name.value === node.name.value);
    return (
      field &&
      applied(explicit(type, field), "join__field").some(
        (join) => literalOf(join.get("graph")) !== graph && literalOf(join.get("external")) !== true,
      )
    );
  });

/** Where a field stands that is planned apart. */
export type ApartPlace = {
  readonly path: readonly string[];
  /** Takes the field, and what of its requirements requires something itself. */
  add(one: ApartField): void;
  /** Whether what stands for a place comes for the first time. */
  isNew(place: string): boolean;
};

/** How one supergraph's requirements are planned apart, with one choice of keys. */
export class RequirementsApart {
  readonly #sources = new Map<string, Source>();
  readonly #supergraph: SupergraphDocument;

  /** `choice` numbers the key that is taken where a subgraph has several; the most promising ones come first. */
  constructor(supergraph: SupergraphDocument, types: SubgraphTypes, choice: number) {
    this.#supergraph = supergraph;
    const graphs = graphValues(supergraph);
    for (const type of supergraph.types()) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const field of type.fields ?? [])
        for (const [subgraph, graph] of graphs) {
          const known = types.typeIn(subgraph, type.name.value);
          const requires = known?.isInterfaceObject ? undefined : known?.requires.get(field.name.value);
          const keys = (known?.keys ?? []).toSorted(
            (one, other) => Number(isGivenElsewhere(type, other, graph)) - Number(isGivenElsewhere(type, one, graph)),
          );
          const key = keys[Math.min(choice, keys.length - 1)];
          const coordinate = `${type.name.value}.${field.name.value}`;
          if (!requires || !key || this.#sources.has(coordinate)) continue;
          const root = { field: `_antar_apart_${this.#sources.size}`, key };
          this.#sources.set(coordinate, { subgraph, root, requires });
        }
    }
  }

  /** Whether there is anything to plan apart. */
  get isNeeded(): boolean {
    return this.#sources.size > 0;
  }

  /** Whether a field of an object is planned apart. */
  has(typeName: string, field: string): boolean {
    return this.#sources.has(`${typeName}.${field}`);
  }

  /** What is asked for in the place of such a field, as `selections` asks for it: the key of its object and what it requires. */
  selections(
    typeName: string,
    field: string,
    place: ApartPlace,
    selections: readonly SelectionNode[],
  ): SelectionNode[] {
    const source = this.#sources.get(`${typeName}.${field}`);
    if (!source) return [];
    const { path, add, isNew } = place;
    add({ path, objectType: typeName, root: source.root, selections });
    if (!isNew(`${path.join("/")} ${typeName}.${field}`)) return [];
    const asked = [source.root.key, source.requires].flatMap((set) => this.#required(typeName, set, place));
    return [typename, ...asked];
  }

  /** A key's or requirement's fields as they are asked for. */
  #required(typeName: string, set: SelectionSetNode, place: ApartPlace): SelectionNode[] {
    return set.selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return [];
      if (node.kind === Kind.FIELD) return this.#field(typeName, node, place);
      const inner = this.#required(node.typeCondition?.name.value ?? typeName, node.selectionSet, place);
      return [typename, { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [typename, ...inner] } }];
    });
  }

  #field(typeName: string, node: FieldNode, place: ApartPlace): SelectionNode[] {
    const definition = this.#supergraph.type(typeName)?.fields?.find((one) => one.name.value === node.name.value);
    const path = [...place.path, node.name.value, ...(definition ? listMarksOf(definition.type) : [])];
    const inner =
      definition && node.selectionSet
        ? this.#required(namedTypeOf(definition), node.selectionSet, { ...place, path })
        : undefined;
    const asked: FieldNode = inner
      ? { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [typename, ...inner] } }
      : node;
    if (!this.has(typeName, node.name.value)) return [asked];
    if (!place.isNew(`required ${place.path.join("/")} ${typeName}.${node.name.value}`)) return [];
    return this.selections(typeName, node.name.value, place, [asked]);
  }

  /** The graph in which nobody gives what is planned apart. */
  changeForOperation(): void {
    this.#change(() => true);
  }

  /** The graph in which each such field is given for nothing by its one subgraph, and in which its key is known from nowhere. */
  changeForParts(queryType: string): void {
    this.#change((isSource) => !isSource);
    const fields: FieldDefinitionNode[] = [];
    for (const [coordinate, { root }] of this.#sources) {
      const [typeName = ""] = coordinate.split(".");
      const graph = `ANTAR__APART_${fields.length}`;
      this.#supergraph.addSubgraph(graph, `${nowhere}_${fields.length}`);
      const exposed = new Map<string, Exposed>();
      addKey(exposed, this.#supergraph, typeName, root.key).key = stripIgnoredCharacters(print(root.key)).slice(1, -1);
      for (const [one, { fields: read, key }] of exposed) this.#supergraph.expose(graph, one, read, key);
      this.#supergraph.expose(graph, queryType, new Set());
      fields.push({
        kind: Kind.FIELD_DEFINITION,
        name: name(root.field),
        type: { kind: Kind.NAMED_TYPE, name: name(typeName) },
        directives: [directive("join__field", { graph: enumValue(graph) })],
      });
    }
    this.#supergraph.addFields(queryType, fields);
  }

  /** Changes every join directive that requires something of a field that is planned apart. */
  #change(isExternal: (isSource: boolean) => boolean): void {
    const graphs = graphValues(this.#supergraph);
    for (const type of this.#supergraph.types()) {
      const fields = (type.fields ?? []).map((field) => {
        const source = this.#sources.get(`${type.name.value}.${field.name.value}`);
        if (!source) return field;
        const directives = (field.directives ?? []).map((one) => {
          if (one.name.value !== "join__field") return one;
          const args = (one.arguments ?? []).filter(({ name: { value } }) => value !== "requires");
          if (args.length === one.arguments?.length) return one;
          const graph = literalOf(args.find(({ name: { value } }) => value === "graph")?.value);
          return isExternal(graph === graphs.get(source.subgraph))
            ? { ...one, arguments: [...args, external] }
            : { ...one, arguments: args };
        });
        return { ...field, directives };
      });
      this.#supergraph.replaceType({ ...type, fields });
    }
  }
}
