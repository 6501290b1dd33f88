/** Everything that follows from one supergraph: made once, never changed, replaced as a whole. */
import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
  operationFromDocument,
  type Schema,
} from "@apollo/federation-internals";
import { QueryPlanner, type PlanNode } from "@apollo/query-planner";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { Lru } from "./lru.ts";
import { planningDocument } from "./planning-document.ts";
import type { PreparedOperation } from "./prepared.ts";
import { createResponseNames, type ResponseNames } from "./response-names.ts";

export type SupergraphState = {
  sdl: string;
  /** What clients see. */
  apiSchema: GraphQLSchema;
  /** The whole graph, with what clients do not see. */
  fullSchema: GraphQLSchema;
  names: ResponseNames;
  /** Address of each subgraph. */
  urls: ReadonlyMap<string, string>;
  /** Labels of progressive `@override`, in a fixed order. */
  labels: readonly string[];
  /** Prepared operations by document, name, labels and whether parts may be deferred. */
  prepared: Lru<string, PreparedOperation>;
  /** Plans an operation of a document; throws GraphQLError or Error where that is impossible. */
  plan(document: DocumentNode, operation: OperationDefinitionNode, options: PlanOptions): PlanNode | undefined;
};

export type PlanOptions = {
  operationName: string | undefined;
  labels: ReadonlySet<string>;
  defer: boolean;
};

/** Labels named by `overrideLabel` in the join directives. */
function overrideLabels(schema: Schema): string[] {
  const labels = new Set<string>();
  for (const type of schema.types()) {
    if (type.kind !== "ObjectType" && type.kind !== "InterfaceType") continue;
    for (const field of type.fields())
      for (const directive of field.appliedDirectives) {
        const label: unknown = directive.name === "join__field" ? directive.arguments()["overrideLabel"] : undefined;
        if (typeof label === "string") labels.add(label);
      }
  }
  return [...labels].toSorted();
}

/** Reads a supergraph; throws when it is none, or uses a feature that is not known. */
export function createSupergraphState(sdl: string, planCacheSize: number): SupergraphState {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  const api = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  let deferring: QueryPlanner | undefined;
  // Made for the first client that defers: a planner holds the whole graph once more.
  const deferringPlanner = () =>
    (deferring ??= new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } }));
  const labels = overrideLabels(supergraph.schema);
  const apiSchema = api.toGraphQLJSSchema({ includeDefer: true });
  const fullSchema = supergraph.schema.toGraphQLJSSchema();
  const names = createResponseNames(fullSchema);
  return {
    sdl,
    apiSchema,
    fullSchema,
    names,
    urls: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
    labels,
    prepared: new Lru(planCacheSize),
    plan(document, node, { labels: active, defer }) {
      const operation = operationFromDocument(api, planningDocument(apiSchema, names, document, node));
      const { node: plan } = (defer ? deferringPlanner() : planner).buildQueryPlan(operation, {
        overrideConditions: new Map(labels.map((label) => [label, active.has(label)])),
      });
      if (plan?.kind === "Subscription") throw new Error("subscriptions are not run here");
      return plan;
    },
  };
}
