/** Everything that follows from one supergraph: made once, never changed, replaced as a whole. */
import {
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
  operationFromDocument,
  type Schema,
} from "@apollo/federation-internals";
import { QueryPlanner, type PlanNode } from "@apollo/query-planner";
import type { QueryGraph } from "@apollo/query-graphs";
import { parse, type DocumentNode, type GraphQLSchema } from "graphql";
import { Lru } from "../../../kit/lru.ts";
import type { Conditions } from "../compile/collect-fields.ts";
import { addEntityRoots } from "./entity-roots.ts";
import { forwardedNames, withFeatureDirectives } from "./executable-directives.ts";
import { withGivenScalars, type GivenScalars } from "./given-scalars.ts";
import type { PlanningGraph } from "./planning-document.ts";
import { planBytes } from "./plan-weight.ts";
import type { PreparedOperation } from "./prepared.ts";
import { nameRequiredArguments, type RequiredFields } from "./required-arguments.ts";
import { RequirementsApart } from "./requirements-apart.ts";
import { markReachableExternals } from "./reachable-externals.ts";
import { createResponseNames, type ResponseNames } from "./response-names.ts";
import { readSubgraphTypes, type SubgraphTypes } from "./subgraph-types.ts";
import { SupergraphDocument } from "./supergraph-document.ts";
import { within } from "./within.ts";

export type SupergraphState = {
  sdl: string;
  /** What clients see. */
  apiSchema: GraphQLSchema;
  /** The whole graph, with what clients do not see. */
  fullSchema: GraphQLSchema;
  names: ResponseNames;
  /** What subgraphs know of its types, and how to plan from their objects on. */
  types: SubgraphTypes & PlanningGraph;
  /** Required fields with arguments, by the name they are planned under. */
  required: RequiredFields;
  /** Address of each subgraph. */
  urls: ReadonlyMap<string, string>;
  /** Labels of progressive `@override`, in a fixed order. */
  labels: readonly string[];
  /** Prepared operations by document, name, labels, values of conditions and whether parts may be deferred. */
  prepared: Lru<string, PreparedOperation>;
  /** What the planner plans over. */
  graph: QueryGraph;
  /** Plans a document of one operation; throws GraphQLError or Error where that is impossible. */
  plan: Plan;
  /** How to plan what requires something apart; `choice` counts the ways. Undefined where there is no such way. */
  apart(choice: number): ApartPlanning | undefined;
};

export type Plan = (document: DocumentNode, options: PlanOptions) => PlanNode | undefined;

/** Planning of what requires something apart from the operation itself. */
export type ApartPlanning = { requirements: RequirementsApart; plan: Plan; planParts: Plan };

export type PlanOptions = {
  labels: ReadonlySet<string>;
  /** Values of the variables of @skip, @include and @defer. */
  conditions: Conditions;
  /** Whether the client takes the answer in parts. */
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

/** Longest planning of one operation, unless told otherwise: nothing else runs meanwhile. */
const defaultPlanningLimitMs = 5_000;

/** Plans compared for one operation: where entities have many keys, the planner's own limit of ten thousand takes seconds. */
const debug = { maxEvaluatedPlans: 100 };

const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;

/** The graph over which a planner plans; private by its type alone. */
const queryGraphOf = (planner: QueryPlanner): QueryGraph =>
  (planner as unknown as { federatedQueryGraph: QueryGraph }).federatedQueryGraph;

function createPlanner(supergraph: Supergraph): QueryPlanner {
  const planner = new QueryPlanner(supergraph, { debug });
  markReachableExternals(queryGraphOf(planner));
  return planner;
}

/** The graph as it is planned, which has a few fields more than clients see, and the planners over it. */
function createPlanning(parsed: DocumentNode, supergraph: Supergraph) {
  const document = new SupergraphDocument(parsed);
  const required = nameRequiredArguments(document);
  const named = document.document();
  const roots = addEntityRoots(document, supergraph.schema.schemaDefinition.rootType("query")?.name ?? "Query");
  const isSame = roots.size === 0 && required.size === 0;
  // Not validated again: that would miss uses of fields that are required under another name now.
  const changed = () => Supergraph.build(document.document(), { supportedFeatures, validateSupergraph: false });
  const planned = isSame ? supergraph : changed();
  const api = planned.apiSchema();
  const planner = createPlanner(planned);
  return {
    api,
    required,
    types: {
      ...readSubgraphTypes(planned.schema),
      rootOf: (objectName: string) => roots.get(objectName),
      forwardedDirectives: forwardedNames(api),
    },
    planner,
    named,
  };
}

/** Ways to plan requirements apart that are tried: one for each key of an object, as far as it has so many. */
const apartChoices = 3;

type PlannerOf = (supergraph: Supergraph) => Plan;

/** Planning of requirements apart over a graph whose requirements have names of their own; made when it is needed first. */
function createApart(named: DocumentNode, types: SubgraphTypes, plannerOf: PlannerOf): SupergraphState["apart"] {
  const known = new Map<number, ApartPlanning | undefined>();
  const planOver = (change: (apart: RequirementsApart, queryType: string) => void, choice: number): Plan => {
    const document = new SupergraphDocument(named);
    const queryType = document.queryType();
    change(new RequirementsApart(document, types, choice), queryType);
    addEntityRoots(document, queryType);
    return plannerOf(Supergraph.build(document.document(), { supportedFeatures, validateSupergraph: false }));
  };
  const make = (choice: number): ApartPlanning | undefined => {
    const requirements = new RequirementsApart(new SupergraphDocument(named), types, choice);
    if (!requirements.isNeeded) return undefined;
    return {
      requirements,
      plan: planOver((one) => one.changeForOperation(), choice),
      planParts: planOver((one, queryType) => one.changeForParts(queryType), choice),
    };
  };
  return (choice) => {
    if (choice >= apartChoices) return undefined;
    if (!known.has(choice)) known.set(choice, make(choice));
    return known.get(choice);
  };
}

/** Reads a supergraph; throws when it is none, or uses a feature that is not known. */
export function createSupergraphState(
  sdl: string,
  planCacheBytes: number,
  planningLimitMs = defaultPlanningLimitMs,
  scalars: GivenScalars = {},
): SupergraphState {
  const supergraph = Supergraph.build(sdl, { supportedFeatures });
  const document = parse(sdl, { noLocation: true });
  const planning = createPlanning(document, supergraph);
  const labels = overrideLabels(supergraph.schema);
  const plain = supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });
  const apiSchema = withGivenScalars(withFeatureDirectives(plain, document), scalars);
  const fullSchema = supergraph.schema.toGraphQLJSSchema();
  const names = createResponseNames(fullSchema);
  const planWith =
    (planner: QueryPlanner, api: Schema): Plan =>
    (document, { labels: active }) => {
      const operation = operationFromDocument(api, document);
      const overrideConditions = new Map(labels.map((label) => [label, active.has(label)]));
      const { node: plan } = within(planningLimitMs, () => planner.buildQueryPlan(operation, { overrideConditions }));
      if (plan?.kind === "Subscription") throw new Error("subscriptions are not run here");
      return plan;
    };
  return {
    sdl,
    apiSchema,
    fullSchema,
    names: {
      ...names,
      clientName: (name) => (planning.required.get(name as string)?.field ?? names.clientName(name)) as typeof name,
    },
    types: planning.types,
    required: planning.required,
    urls: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
    labels,
    prepared: new Lru({
      maxBytes: planCacheBytes,
      weigh: (key, { plan }) => key.length + planBytes(plan),
    }),
    graph: queryGraphOf(planning.planner),
    plan: planWith(planning.planner, planning.api),
    apart: createApart(planning.named, planning.types, (one) => planWith(createPlanner(one), one.apiSchema())),
  };
}
