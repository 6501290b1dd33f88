/** What the reference tells of each type, read from a supergraph: the API schema, and the directives that clients do not see. */
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";

export type Argument = { name: string; type: string; description: string; defaultValue?: string; deprecated?: string };
export type Member = {
  name: string;
  /** Type as written; absent for enum values. */
  type?: string;
  description: string;
  arguments: Argument[];
  defaultValue?: string;
  deprecated?: string;
  /** Rules in words: who may ask, what it costs. */
  rules: string[];
  /** Subgraphs that serve it; empty where every one of its type does. */
  subgraphs: string[];
};
export type DocsType = {
  name: string;
  kind: "object" | "interface" | "union" | "enum" | "input" | "scalar";
  description: string;
  rules: string[];
  subgraphs: string[];
  interfaces: string[];
  /** Members of a union, or objects of an interface. */
  possible: string[];
  members: Member[];
  /** Coordinates that answer or take it. */
  usedBy: string[];
};
export type DocsModel = { types: ReadonlyMap<string, DocsType>; schema: GraphQLSchema };

type Directed = { name: { value: string }; directives?: readonly ConstDirectiveNode[] };

const namesOf = (directive: ConstDirectiveNode, name: string): unknown => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
};

const directives = (node: Directed | undefined, name: string): ConstDirectiveNode[] =>
  (node?.directives ?? []).filter((directive) => directive.name.value === name);

/** `[["a", "b"], ["c"]]` → `a and b, or c` */
const anyOf = (sets: unknown): string => (sets as string[][]).map((all) => all.join(" and ")).join(", or ");

function rulesOf(node: Directed | undefined): string[] {
  const rules: string[] = [];
  if (directives(node, "authenticated").length > 0) rules.push("signed in");
  for (const one of directives(node, "policy")) rules.push(`policy: ${anyOf(namesOf(one, "policies"))}`);
  for (const one of directives(node, "requiresScopes")) rules.push(`scopes: ${anyOf(namesOf(one, "scopes"))}`);
  for (const one of directives(node, "cost")) rules.push(`cost: ${String(namesOf(one, "weight"))}`);
  for (const one of directives(node, "listSize")) {
    const size = namesOf(one, "assumedSize");
    const slicing = namesOf(one, "slicingArguments") as string[] | undefined;
    rules.push(slicing ? `list size: by ${slicing.join(", ")}` : `list size: at most ${String(size)} assumed`);
  }
  return rules;
}

/** Names of the subgraphs behind `join__Graph`'s values. */
function graphNames(document: DocumentNode): Map<string, string> {
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === "join__Graph",
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return new Map();
  return new Map(
    (graphs.values ?? []).map((value) => {
      const [join] = directives(value, "join__graph");
      return [value.name.value, join ? String(namesOf(join, "name")) : value.name.value];
    }),
  );
}

function servedBy(node: Directed | undefined, directive: string, graphs: ReadonlyMap<string, string>): string[] {
  const joins = directives(node, directive).filter((join) => namesOf(join, "external") !== true);
  const names = joins.flatMap((join) => graphs.get(String(namesOf(join, "graph"))) ?? []);
  return [...new Set(names)].sort();
}

const kindOf = (type: GraphQLNamedType): DocsType["kind"] => {
  if (isObjectType(type)) return "object";
  if (isInterfaceType(type)) return "interface";
  if (isUnionType(type)) return "union";
  if (isEnumType(type)) return "enum";
  return isInputObjectType(type) ? "input" : "scalar";
};

const written = (value: unknown): string => JSON.stringify(value);

const argumentsOf = (list: readonly (GraphQLArgument | GraphQLInputField)[]): Argument[] =>
  list.map((one) => ({
    name: one.name,
    type: String(one.type),
    description: one.description ?? "",
    ...(one.defaultValue === undefined ? {} : { defaultValue: written(one.defaultValue) }),
    ...(one.deprecationReason ? { deprecated: one.deprecationReason } : {}),
  }));

type Children = Directed & { fields?: readonly Directed[]; values?: readonly Directed[] };

function membersOf(type: GraphQLNamedType, node: Children | undefined, graphs: ReadonlyMap<string, string>): Member[] {
  const inside = [...(node?.fields ?? []), ...(node?.values ?? [])];
  const behind = (name: string) => inside.find((member) => member.name.value === name);
  if (isEnumType(type))
    return type.getValues().map((value) => ({
      name: value.name,
      description: value.description ?? "",
      arguments: [],
      ...(value.deprecationReason ? { deprecated: value.deprecationReason } : {}),
      rules: [],
      subgraphs: [],
    }));
  if (isInputObjectType(type))
    return argumentsOf(Object.values(type.getFields())).map((field) => ({
      ...field,
      arguments: [],
      rules: rulesOf(behind(field.name)),
      subgraphs: [],
    }));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({
    name: field.name,
    type: String(field.type),
    description: field.description ?? "",
    arguments: argumentsOf(field.args),
    ...(field.deprecationReason ? { deprecated: field.deprecationReason } : {}),
    rules: rulesOf(behind(field.name)),
    subgraphs: servedBy(behind(field.name), "join__field", graphs),
  }));
}

const bare = (type: string) => type.replaceAll(/[[\]!]/g, "");

/** Coordinates that mention each type, in the order of the types. */
function usage(types: readonly DocsType[]): Map<string, string[]> {
  const used = new Map<string, string[]>();
  const note = (type: string | undefined, coordinate: string) => {
    if (type !== undefined) used.set(bare(type), [...(used.get(bare(type)) ?? []), coordinate]);
  };
  for (const { name, members } of types)
    for (const member of members) {
      note(member.type, `${name}.${member.name}`);
      for (const argument of member.arguments) note(argument.type, `${name}.${member.name}(${argument.name}:)`);
    }
  return used;
}

/** The model of a supergraph (SDL). Everything in it is sorted, so that equal graphs give equal pages. Throws when it is no supergraph. */
export function docsModel(supergraph: string): DocsModel {
  const schema = Supergraph.build(supergraph, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
  const document = parse(supergraph, { noLocation: true });
  const graphs = graphNames(document);
  const nodes = new Map(
    document.definitions.flatMap((node) => ("name" in node && node.name ? [[node.name.value, node as Children]] : [])),
  );
  const shown = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const types = shown.map((type): DocsType => {
    const node = nodes.get(type.name);
    const possible = isUnionType(type) || isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
    return {
      name: type.name,
      kind: kindOf(type),
      description: type.description ?? "",
      rules: rulesOf(node),
      subgraphs: servedBy(node, "join__type", graphs),
      interfaces:
        isObjectType(type) || isInterfaceType(type)
          ? type
              .getInterfaces()
              .map(({ name }) => name)
              .sort()
          : [],
      possible: possible.map(({ name }) => name).sort(),
      members: membersOf(type, node, graphs),
      usedBy: [],
    };
  });
  const used = usage(types);
  return { schema, types: new Map(types.map((type) => [type.name, { ...type, usedBy: used.get(type.name) ?? [] }])) };
}
