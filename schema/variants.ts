/** The contracts of the graph: who may see which part of it, by the `@tag`s in the subgraphs' SDL (docs/adr/0014). */
import { Kind, parse, print, visit, type ConstDirectiveNode, type DocumentNode } from "graphql";
import { hiddenBy, isGraphType, type ContractFilter } from "./contract-filter.ts";

/** What each variant keeps and leaves out. */
export const variants = {
  /** Our own apps and anybody's: all but what runs the platform. */
  public: { include: [], exclude: ["internal"] },
  /** Integrations of restaurants and couriers: only what was opened to them. */
  partner: { include: ["partner"], exclude: ["internal"] },
  /** Support, administration and everything else. */
  internal: { include: [], exclude: [] },
} as const satisfies Record<string, ContractFilter>;

export type VariantName = keyof typeof variants;

export const variantNames = Object.keys(variants) as [VariantName, ...VariantName[]];

/** The variant that holds the whole graph. */
export const wholeVariant = "internal" satisfies VariantName;

/** What each client is served; whoever is not named is served what anybody is. */
export const clientVariants: Readonly<Record<string, VariantName>> = {
  customer: "public",
  restaurant: "public",
  courier: "public",
  admin: "internal",
};

/** The variant that `client` is served: its operations are judged by it. */
export const variantOf = (client: string): VariantName =>
  Object.hasOwn(clientVariants, client) ? (clientVariants[client] ?? "public") : "public";

/** Variants that were taken away, with the day (ISO date) until which they were promised; without it none may go. */
export const retiredVariants: Readonly<Record<string, string>> = {};

const inaccessible: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: "inaccessible" },
};

type Node = { name: { value: string }; directives?: readonly ConstDirectiveNode[] };

const hide = <T extends Node>(node: T): T =>
  node.directives?.some(({ name }) => name.value === "inaccessible")
    ? node
    : { ...node, directives: [...(node.directives ?? []), inaccessible] };

/** `document` with `@inaccessible` on every coordinate of `hidden`. */
function withHidden(document: DocumentNode, hidden: ReadonlySet<string>): DocumentNode {
  const mark = <T extends Node>(coordinate: string, node: T): T => (hidden.has(coordinate) ? hide(node) : node);
  const definitions = document.definitions.map((type) => {
    if (!isGraphType(type)) return type;
    const name = type.name.value;
    const marked = mark(name, type);
    if (marked.kind === Kind.ENUM_TYPE_DEFINITION)
      return { ...marked, values: marked.values?.map((value) => mark(`${name}.${value.name.value}`, value)) ?? [] };
    if (marked.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      return { ...marked, fields: marked.fields?.map((field) => mark(`${name}.${field.name.value}`, field)) ?? [] };
    if (marked.kind !== Kind.OBJECT_TYPE_DEFINITION && marked.kind !== Kind.INTERFACE_TYPE_DEFINITION) return marked;
    const fields = marked.fields?.map((field) => {
      const place = `${name}.${field.name.value}`;
      const given = field.arguments?.map((argument) => mark(`${place}(${argument.name.value}:)`, argument)) ?? [];
      return { ...mark(place, field), arguments: given };
    });
    return { ...marked, fields: fields ?? [] };
  });
  return { ...document, definitions };
}

const definition = parse(
  "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION",
).definitions;
const link = parse('extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)').definitions;

/** A graph that hides nothing as yet does not link the directive by which it is done. */
function linked(document: DocumentNode): DocumentNode {
  const known = document.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === "inaccessible",
  );
  if (known) return document;
  const extra = link.flatMap((node) => (node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : []));
  const schema = visit(document, {
    SchemaDefinition: (node) => ({ ...node, directives: [...(node.directives ?? []), ...extra] }),
  });
  return { ...schema, definitions: [...schema.definitions, ...definition] };
}

/**
 * `supergraph` as `filter` lets it be seen: whatever the contract leaves out is `@inaccessible`, so that a gateway can still
 * fetch keys through it, while introspection and validation do not know it. Throws when nothing of Query would be left.
 */
export function contractSupergraph(supergraph: string, filter: ContractFilter): string {
  if (filter.include.length === 0 && filter.exclude.length === 0) return supergraph;
  const document = parse(supergraph);
  const hidden = hiddenBy(document, filter);
  if (hidden.has("Query"))
    throw new Error(`a contract of ${JSON.stringify(filter)} leaves nothing of Query: tag some of its fields`);
  return `${print(withHidden(linked(document), hidden))}\n`;
}
