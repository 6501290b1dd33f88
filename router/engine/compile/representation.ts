/** Builds the representations of entities as JSON text, straight from merged data: the text is also what they are told apart by. */
import {
  Kind,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import type { FetchDataRewrite, QueryPlanSelectionNode } from "@apollo/query-planner";
import { parseJson } from "../exact-json.ts";
import { generate, literal, read } from "./code.ts";
import { quote } from "./leaf-values.ts";
import type { SubgraphTypes } from "../state/subgraph-types.ts";
import { applyRewrites, isCondition, isOfType } from "./rewrites.ts";

/** Where representations go and of what objects, and the whole supergraph's schema (keys may be inaccessible to clients). */
export type Destination = {
  schema: GraphQLSchema;
  types: SubgraphTypes;
  subgraph: string;
  objectType: string | undefined;
};

/** Builds the representations of objects of one type. */
export type Builder = {
  /** The text of an object's representation; null where the object lacks what it takes, or is of another type. */
  readonly text: (object: Record<string, unknown>) => string | null;
  /** The value that tells objects apart, where there is only one: who has seen it need not build the text. */
  readonly single: ((object: Record<string, unknown>) => unknown) | undefined;
};

/** The builder for an object. */
export type Represent = (object: Record<string, unknown>) => Builder;

const nothing: Builder = { text: () => null, single: undefined };

/** `key` is where the value is, `name` the subgraph's name for it. */
type Requirement = { key: string; name: string; selections: QueryPlanSelectionNode[] | undefined };

/** For objects within an entity's representation: the type that their place declares, where that is known. */
type Within = { declared: GraphQLNamedType | undefined };

/** The requirements that hold for objects named `typename`, merged by response key. */
function requirementsFor(
  schema: GraphQLSchema,
  typename: unknown,
  nodes: readonly QueryPlanSelectionNode[],
  found = new Map<string, Requirement>(),
): Map<string, Requirement> {
  for (const node of nodes) {
    if (node.kind === "InlineFragment") {
      if (node.typeCondition === undefined || isOfType(schema, typename, node.typeCondition, false))
        requirementsFor(schema, typename, node.selections, found);
      continue;
    }
    const key = node.alias ?? node.name;
    const known = found.get(key);
    if (!known) found.set(key, { key, name: node.name, selections: node.selections && [...node.selections] });
    else if (node.selections) known.selections = [...(known.selections ?? []), ...node.selections];
  }
  return found;
}

/** Text of any value that a requirement with `selections` takes. */
function valueText(
  destination: Destination,
  selections: readonly QueryPlanSelectionNode[],
  declared: GraphQLNamedType | undefined,
): (value: unknown) => string {
  const represent = byTypename(destination, selections, { declared });
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
    if (typeof value !== "object" || value === null) return "null";
    const object = value as Record<string, unknown>;
    return represent(object).text(object) ?? "null";
  };
  return text;
}

/** Whether `requirements` take all that `key` selects. */
function covers(requirements: ReadonlyMap<string, Requirement>, key: SelectionSetNode, schema: GraphQLSchema): boolean {
  return key.selections.every((node) => {
    if (node.kind !== Kind.FIELD) return true;
    const found = requirements.get(node.name.value);
    if (!found || !node.selectionSet) return found !== undefined;
    return covers(requirementsFor(schema, undefined, found.selections ?? []), node.selectionSet, schema);
  });
}

/** The name by which the destination finds an object of `typename` by what is required of it; undefined where it cannot. */
function entityName(
  { schema, types, subgraph, objectType }: Destination,
  typename: unknown,
  requirements: ReadonlyMap<string, Requirement>,
): string | undefined {
  // A subgraph cannot tell an entity without its type's name.
  if (typeof typename !== "string" || !requirements.has("__typename")) return undefined;
  if (objectType !== undefined && typename !== objectType) return undefined;
  const name = types.nameIn(subgraph, typename);
  const keys = name === undefined ? [] : (types.typeIn(subgraph, name)?.keys ?? []);
  return keys.some((key) => covers(requirements, key, schema)) ? name : undefined;
}

/** The declared type of what a requirement takes of objects of `type`. */
function typeOfMember(type: GraphQLNamedType | undefined, name: string): GraphQLNamedType | undefined {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  return field && getNamedType(field.type);
}

/** Code that adds a requirement's value to the text. */
function memberCode(key: string, start: string, text: string): string {
  return `v=${read("o", key)};if(v===undefined)return null;s+=${literal(start)}+${text};`;
}

function compileFor(
  destination: Destination,
  typename: unknown,
  nodes: readonly QueryPlanSelectionNode[],
  within: Within | undefined,
): Builder {
  const { schema, types, subgraph } = destination;
  const requirements = requirementsFor(schema, typename, nodes);
  const isEntity = within === undefined;
  let name = isEntity ? entityName(destination, typename, requirements) : undefined;
  if (isEntity && name === undefined) return nothing;
  if (isAbstractType(within?.declared) && typeof typename === "string") {
    // Nobody could tell what such an object is by its other fields.
    name = types.nameIn(subgraph, typename) ?? typename;
    requirements.set("__typename", { key: "__typename", name: "__typename", selections: undefined });
  }
  const type = typeof typename === "string" ? schema.getType(typename) : within?.declared;
  const bound: Record<string, unknown> = { quote };
  const code = [...requirements.values()].map(({ key, name: member, selections }, index) => {
    const start = `${index === 0 ? "" : ","}"${member}":`;
    if (name !== undefined && key === "__typename") return `s+=${literal(start + quote(name))};`;
    if (!selections) return memberCode(key, start, `(typeof v==="string"?quote(v):json(v))`);
    bound[`k${index}`] = valueText(destination, selections, typeOfMember(type, member));
    return memberCode(key, start, `k${index}(v)`);
  });
  const [only, ...others] = [...requirements.values()].filter(({ key }) => key !== "__typename");
  const isSingle = isEntity && only && !only.selections && others.length === 0;
  return {
    text: generate(`function represent(o){let s="{",v;${code.join("")}return s+"}";}`, bound),
    single: isSingle ? generate(`function single(o){return ${read("o", only.key)};}`, {}) : undefined,
  };
}

/** One builder per type name met; names that are no types of the schema share one, so the map stays bounded. */
function byTypename(destination: Destination, nodes: readonly QueryPlanSelectionNode[], within?: Within): Represent {
  const known = new Map<unknown, Builder>();
  const find = (name: unknown): Builder => {
    const key = typeof name === "string" && destination.schema.getType(name) ? name : undefined;
    let builder = known.get(key);
    if (!builder) known.set(key, (builder = compileFor(destination, key, nodes, within)));
    return builder;
  };
  return ({ __typename: name }) => known.get(name) ?? find(name);
}

/** The builder for the representations of one fetch. */
export function compileRepresentation(
  destination: Destination,
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
): Represent {
  const represent = byTypename(destination, requires);
  // What they say of the entities' own type names, the destination's types say better.
  const inner = rewrites.filter(({ path }) => !(path.at(-1) === "__typename" && path.slice(0, -1).every(isCondition)));
  if (inner.length === 0) return represent;
  const rewritten: Builder = {
    text(object) {
      const text = represent(object).text(object);
      if (text === null) return null;
      const value: unknown = parseJson(text, 2);
      applyRewrites(destination.schema, inner, value);
      return JSON.stringify(value);
    },
    single: undefined,
  };
  return () => rewritten;
}
