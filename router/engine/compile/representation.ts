/** Builds the representations of entities as JSON text, straight from merged data: the text is also what they are told apart by. */
import type { GraphQLSchema } from "graphql";
import type { FetchDataRewrite, QueryPlanSelectionNode } from "@apollo/query-planner";
import { generate, literal, read } from "./code.ts";
import { quote } from "./leaf-values.ts";
import { applyRewrites, isOfType } from "./rewrites.ts";

/** The text of one object's representation; null where the object lacks what it takes, or is of another type. */
export type Represent = (object: Record<string, unknown>) => string | null;

type Requirement = { key: string; selections: QueryPlanSelectionNode[] | undefined };

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
    if (!known) found.set(key, { key, selections: node.selections && [...node.selections] });
    else if (node.selections) known.selections = [...(known.selections ?? []), ...node.selections];
  }
  return found;
}

/** Text of any value that a requirement with `selections` takes. */
function valueText(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]): (value: unknown) => string {
  const represent = byTypename(schema, selections, false);
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
    if (typeof value !== "object" || value === null) return "null";
    return represent(value as Record<string, unknown>) ?? "null";
  };
  return text;
}

function compileFor(
  schema: GraphQLSchema,
  typename: unknown,
  nodes: readonly QueryPlanSelectionNode[],
  isEntity: boolean,
): Represent {
  const requirements = [...requirementsFor(schema, typename, nodes).values()];
  // A subgraph cannot tell an entity without its type's name.
  if (isEntity && (!typename || !requirements.some(({ key }) => key === "__typename"))) return () => null;
  const bound: Record<string, unknown> = { quote };
  const code = requirements.map(({ key, selections }, index) => {
    const start = literal(`${index === 0 ? "" : ","}"${key}":`);
    let text = `(typeof v==="string"?quote(v):json(v))`;
    if (selections) {
      bound[`k${index}`] = valueText(schema, selections);
      text = `k${index}(v)`;
    }
    return `v=${read("o", key)};if(v===undefined)return null;s+=${start}+${text};`;
  });
  return generate(`function(o){let s="{",v;${code.join("")}return s+"}";}`, bound);
}

/** One function per type name met; names that are no types of the schema share one, so the map stays bounded. */
function byTypename(schema: GraphQLSchema, nodes: readonly QueryPlanSelectionNode[], isEntity: boolean): Represent {
  const known = new Map<unknown, Represent>();
  return (object) => {
    const name = object["__typename"];
    const key = typeof name === "string" && schema.getType(name) ? name : undefined;
    let represent = known.get(key);
    if (!represent) known.set(key, (represent = compileFor(schema, key, nodes, isEntity)));
    return represent(object);
  };
}

/** The builder for the representations of one fetch. `schema` is the whole supergraph's: keys may be inaccessible to clients. */
export function compileRepresentation(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
): Represent {
  const represent = byTypename(schema, requires, true);
  if (rewrites.length === 0) return represent;
  return (object) => {
    const text = represent(object);
    if (text === null) return null;
    const value: unknown = JSON.parse(text);
    applyRewrites(schema, rewrites, value);
    return JSON.stringify(value);
  };
}
