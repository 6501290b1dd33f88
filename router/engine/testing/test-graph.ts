/** What a test graph is, and how its subgraphs become one supergraph. */
import { composeServices } from "@apollo/composition";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { parse, type GraphQLSchema } from "graphql";
import { withExactScalars } from "./exact-scalars.ts";

/** A fact of the test data: plain fields, and links to other rows as object references. */
export type Row = { readonly __typename: string; readonly [field: string]: unknown };

/** What one execution may remember, so that mutations have effects that the next execution does not see. */
export type World = Map<string, unknown>;

/** Answers a field from the row and the arguments; may throw. */
export type FieldFunction = { call(row: Row, args: object, world: World): unknown }["call"];

/** Answers a field that has `@requires` from nothing but what was required; null wherever something needed is null. */
export type ComputedFunction = { call(required: object, args: object): unknown }["call"];

/** A graph over fixed data. Subgraphs and the monolith answer from the same rows and functions. */
export type TestGraph = {
  readonly name: string;
  /** SDL by subgraph, without the federation link. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Every row that a subgraph may be asked for by key. */
  readonly rows: readonly Row[];
  /** `Type.field` to function, for fields that are not plain properties of their row; roots have the row `{ __typename: "Query" }`. */
  readonly fields: Readonly<Record<string, FieldFunction>>;
  /** `Type.field` to function, for fields with `@requires`. */
  readonly computed?: Readonly<Record<string, ComputedFunction>>;
  /** Who judges: stock gateway where nothing is said; the monolith, also under faults, for shapes that stock gateway answers wrongly. */
  readonly judge?: "monolith";
  /** `Type.field` of keys that several subgraphs give: which of them is asked, how often and on the way to what, is each plan's own. */
  readonly sharedKeys?: readonly string[];
};

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [
  "@key", "@shareable", "@inaccessible", "@requires", "@external", "@provides", "@override", "@interfaceObject", "@tag",
  "@composeDirective"])
`;

/** The SDL of one subgraph as composition and `buildSubgraphSchema` take it. */
export const subgraphSdl = (sdl: string): string => link + sdl;

/** The composed supergraph and the graph that clients see. */
export type Composed = { readonly supergraphSdl: string; readonly apiSchema: GraphQLSchema };

/** Composes the subgraphs. Throws with every composition error. */
export function composeGraph(subgraphs: Readonly<Record<string, string>>): Composed {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://${name}.test`,
      typeDefs: parse(subgraphSdl(sdl)),
    })),
  );
  if (errors) throw new Error(errors.map((error) => error.message).join("\n"));
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  return { supergraphSdl, apiSchema: withExactScalars(supergraph.apiSchema().toGraphQLJSSchema()) };
}
