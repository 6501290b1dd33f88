/** The oracle for errors: stock ApolloGateway over the same subgraphs. */
import { createHash } from "node:crypto";
import { ApolloGateway } from "@apollo/gateway";
import type { QueryPlanner } from "@apollo/query-planner";
import { getOperationAST, type DocumentNode, type ExecutionResult } from "graphql";
import { within } from "../state/within.ts";
import type { AskSubgraph, RunContext } from "./subgraph.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Executes an operation as some engine would. */
export type Execute = (
  operation: {
    document: DocumentNode;
    query: string;
    variables: Record<string, unknown>;
    /** Which of the document's operations, where it has several. */
    operationName?: string | undefined;
  },
  context: RunContext,
) => Promise<ExecutionResult>;

/** A running stock gateway. */
export type Stock = { readonly execute: Execute; stop(): Promise<void> };

/** Longest planning, milliseconds: its planner goes in circles for minutes over some operations with interface objects. */
const planningLimitMs = 500;

function limitPlanning(gateway: ApolloGateway): void {
  const { queryPlanner } = gateway as unknown as { queryPlanner: QueryPlanner };
  const plan = queryPlanner.buildQueryPlan.bind(queryPlanner);
  const refused = new Map<string, unknown>();
  queryPlanner.buildQueryPlan = (operation, options) => {
    const text = operation.toString();
    if (refused.has(text)) throw refused.get(text);
    try {
      return within(planningLimitMs, () => plan(operation, options));
    } catch (error) {
      refused.set(text, error);
      throw error;
    }
  };
}

/** Starts stock gateway over a supergraph whose subgraphs are functions; `onPlan` sees the plan of every execution. */
export async function startStock(
  supergraphSdl: string,
  subgraphs: ReadonlyMap<string, AskSubgraph>,
  onPlan: (plan: unknown) => void = () => {},
): Promise<Stock> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: silent,
    // As the engine's planner.
    queryPlannerConfig: { debug: { maxEvaluatedPlans: 100 } },
    experimental_didResolveQueryPlan: ({ queryPlan }) => onPlan(queryPlan),
    buildService: ({ name }) => ({
      process: async ({ request, context }) => {
        const ask = subgraphs.get(name);
        if (!ask) throw new Error(`no subgraph ${name}`);
        const { query = "", operationName, variables = {} } = request;
        return JSON.parse(await ask({ query, operationName, variables }, context as unknown as RunContext)) as never;
      },
    }),
  });
  const { executor } = await gateway.load();
  limitPlanning(gateway);
  const { schema } = gateway;
  return {
    execute: async ({ document, query, variables, operationName }, context) => {
      const operation = getOperationAST(document, operationName);
      return (await executor({
        request: { query, variables },
        document,
        operation,
        operationName: operation?.name?.value ?? null,
        queryHash: createHash("sha256").update(query).digest("hex"),
        source: query,
        schema,
        logger: silent,
        context,
        metrics: {},
        cache: undefined,
        overallCachePolicy: undefined,
      } as never)) as ExecutionResult;
    },
    stop: () => gateway.stop(),
  };
}
