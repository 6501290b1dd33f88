/** Rules of this graph that no library has, as ESLint rules over graphql-eslint's tree. */
import type { GraphQLESLintRule } from "@graphql-eslint/eslint-plugin";
import { isEnumType, isObjectType, isUnionType, type GraphQLSchema } from "graphql";

/** Quantities of the physical world; everything else that a Float could hold is counted in whole units. */
const measures = new Set(["latitude", "longitude", "rating", "minRating", "headingDegrees", "bearingDegrees"]);

/** Mutations whose result cannot be refused, or that only services call; each for the reason given. */
const plainResults: Readonly<Record<string, string>> = {
  clearCart: "an empty cart is what was asked for, whatever it held",
  reserveStock: "services only: the answer lists each line's problem",
};

/** Mutations that take nothing but who asks. */
const withoutInput = new Set(["clearCart", "goOffline"]);

const bound = /\d|\b(at most|up to|one per|bounded by)\b/i;

const removal = /Removal on (\d{4}-\d{2}-\d{2})\.$/;

type Node = {
  kind: string;
  name: { value: string };
  description?: { value: string } | undefined;
  gqlType: TypeNode;
  arguments?: readonly Node[];
  directives?: readonly { name: { value: string } }[];
  value?: { value?: unknown };
  /** Members of a union. */
  types?: readonly Node[];
  /** Of a document. */
  definitions?: readonly Node[];
  parent?: Node;
};
type TypeNode = { kind: string; name?: { value: string }; gqlType?: TypeNode };

const namedType = (type: TypeNode): string => type.name?.value ?? (type.gqlType ? namedType(type.gqlType) : "");
const isList = (type: TypeNode): boolean =>
  type.kind === "ListType" || (type.gqlType !== undefined && type.kind === "NonNullType" && isList(type.gqlType));

/** The types of this contract that are others' entities: the owner describes its type, and those who add to it do not. */
function othersEntities(node: Node): ReadonlySet<string> {
  let root = node;
  while (root.parent && !root.definitions) root = root.parent;
  const known = ownersOf.get(root);
  if (known) return known;
  const types = (root.definitions ?? []).filter(({ kind }) => /^ObjectType(Definition|Extension)$/.test(kind));
  const entities = types.filter((type) => type.directives?.some(({ name }) => name.value === "key"));
  const found = new Set(entities.filter(({ description }) => !description).map(({ name }) => name.value));
  ownersOf.set(root, found);
  return found;
}
const ownersOf = new WeakMap<Node, ReadonlySet<string>>();

/** Whether a type, or a list's elements, can never be null. */
const isSure = (type: TypeNode): boolean =>
  type.kind === "NonNullType" || (type.kind === "ListType" && type.gqlType !== undefined && isSure(type.gqlType));

const has = ({ directives = [] }: Node, name: string): boolean => directives.some((one) => one.name.value === name);

function judgeReference(node: Node): string | null {
  const { name, gqlType, parent } = node;
  const others = othersEntities(node);
  const place = `${parent?.name.value ?? ""}.${name.value}`;
  if (others.has(namedType(gqlType)) && isSure(gqlType) && !has(node, "deprecated"))
    return `${place} returns another subgraph's ${namedType(gqlType)}, which may be absent: it must be nullable, in a list each element too`;
  if (gqlType.kind !== "NonNullType") return null;
  if (parent?.name.value === "Query")
    return `${place} must be nullable: one subgraph that is away must not cost the whole answer`;
  if (others.has(parent?.name.value ?? "") && name.value !== "id" && !has(node, "external"))
    return `${place} is added to another subgraph's entity: it must be nullable, or this subgraph's outage costs the whole entity`;
  return null;
}

function judgeRefusals({ name, types = [] }: Node, schema: GraphQLSchema | null | undefined): string | null {
  const refuses = types.some((member) => {
    const type = schema?.getType(member.name.value);
    return isObjectType(type) && type.getInterfaces().some((one) => one.name === "UserError");
  });
  if (refuses || !isUnionType(schema?.getType(name.value))) return null;
  return `${name.value} has no member that implements UserError: a refusal that comes later would find no place`;
}

/** Whether the graph as a whole describes the type (or its field): a stub may leave that to the owner. */
function describedElsewhere(schema: GraphQLSchema | null | undefined, typeName: string, field?: string): boolean {
  const type = schema?.getType(typeName);
  if (field === undefined || !isObjectType(type)) return Boolean(type?.description);
  return Boolean(type.getFields()[field]?.description);
}

/** A rule that visits `selector` and reports what `judge` says of the node, null for nothing. */
const rule = (
  selector: string,
  judge: (node: Node, schema: GraphQLSchema | null | undefined) => string | null,
): GraphQLESLintRule => ({
  meta: { type: "problem", schema: [] },
  create: (context) => ({
    [selector]: (node: Node) => {
      const message = judge(node, context.sourceCode.parserServices.schema);
      if (message !== null) context.report({ node: node.name as never, message });
    },
  }),
});

const fields = ":matches(FieldDefinition, InputValueDefinition)";
const mutations = ":matches(ObjectTypeDefinition, ObjectTypeExtension)[name.value=Mutation] > FieldDefinition";
const deprecations = "Directive[name.value=deprecated]";

function judgeInput({ name, arguments: given = [] }: Node): string | null {
  if (given.length === 0) return withoutInput.has(name.value) ? null : `${name.value} must take input: …Input!`;
  const [input] = given;
  const right = given.length === 1 && input?.name.value === "input" && input.gqlType.kind === "NonNullType";
  return right ? null : `${name.value} must take exactly one argument, input, that is not null`;
}

function judgeResult({ name, gqlType }: Node): string | null {
  if (Object.hasOwn(plainResults, name.value)) return null;
  const wanted = `${name.value.charAt(0).toUpperCase()}${name.value.slice(1)}Result`;
  const right = gqlType.kind === "NonNullType" && namedType(gqlType) === wanted;
  return right ? null : `${name.value} must answer ${wanted}!, a union of what can come of it`;
}

function judgeList(node: Node, schema: GraphQLSchema | null | undefined): string | null {
  // A list of an enum can be no longer than the enum.
  if (isEnumType(schema?.getType(namedType(node.gqlType)))) return null;
  if (!isList(node.gqlType) || (node.name.value === "edges" && node.parent?.name.value.endsWith("Connection")))
    return null;
  const sized = node.directives?.some(({ name }) => name.value === "listSize") ?? false;
  if (sized || bound.test(node.description?.value ?? "")) return null;
  return `${node.name.value} is a plain list: its description must say by what it is bounded, or make it a connection`;
}

function judgeDeprecation({ arguments: given = [] }: Node): string | null {
  const reason = given.find(({ name }) => name.value === "reason")?.value?.value;
  const date = removal.exec(typeof reason === "string" ? reason : "")?.[1];
  return date !== undefined && !Number.isNaN(Date.parse(date))
    ? null
    : 'the reason must end with "Removal on YYYY-MM-DD."';
}

/**
 * `antar/…` rules: no Float but for measures, one input per mutation, a union for its result with an error among its members,
 * references to other subgraphs' entities that may be null, lists that say their bound, deprecations with a date (GraphQL's @deprecated has no argument for it, which the library's rule asks for), and every
 * entity described by one of its subgraphs.
 */
export const ownRules: Record<string, GraphQLESLintRule> = {
  "no-float": rule(fields, (node) =>
    namedType(node.gqlType) === "Float" && !measures.has(node.name.value)
      ? `${node.name.value} is a Float: money is Money, other amounts are Int with the unit in the name`
      : null,
  ),
  "one-input": rule(mutations, judgeInput),
  "result-union": rule(mutations, judgeResult),
  "result-is-union": rule("ObjectTypeDefinition[name.value=/Result$/]", ({ name }) => `${name.value} must be a union`),
  "result-refusal": rule("UnionTypeDefinition[name.value=/Result$/]", judgeRefusals),
  "nullable-reference": rule(
    ":matches(ObjectTypeDefinition, ObjectTypeExtension, InterfaceTypeDefinition) > FieldDefinition",
    judgeReference,
  ),
  "bounded-list": rule(fields, judgeList),
  "deprecation-date": rule(deprecations, judgeDeprecation),
  "entity-description": rule("ObjectTypeDefinition:has(> Directive[name.value=key])", (node, schema) =>
    describedElsewhere(schema, node.name.value) ? null : `no subgraph describes ${node.name.value}`,
  ),
  "entity-id-description": rule(
    "ObjectTypeDefinition:has(> Directive[name.value=key]) > FieldDefinition[name.value=id]",
    ({ parent }, schema) =>
      parent && describedElsewhere(schema, parent.name.value, "id")
        ? null
        : `no subgraph describes ${parent?.name.value ?? ""}.id`,
  ),
};
