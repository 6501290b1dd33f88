/** The engine: one supergraph in, answers out, pure of HTTP. */
import {
  GraphQLError,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from "graphql";
import { Completion } from "./compile/completion.ts";
import type { Engine, EngineOptions, EngineRequest, IncrementalResult } from "./contract.ts";
import { asWritten } from "./exact-json.ts";
import { ElementBudget } from "./run/element-budget.ts";
import { runDeferred } from "./run/deferred-run.ts";
import { PlanRun } from "./run/plan-run.ts";
import { VariableTexts } from "./run/request-body.ts";
import type { RunOptions } from "./run/run.ts";
import { deferRules } from "./state/defer-rules.ts";
import { choose, prepared } from "./state/operation-cache.ts";
import type { PreparedOperation } from "./state/prepared.ts";
import { createSupergraphState, type SupergraphState } from "./state/supergraph-state.ts";
import { activeLabels } from "./state/override-labels.ts";
import { warmUp } from "./state/warm-up.ts";

export type * from "./contract.ts";

const defaultPlanCacheBytes = 200_000_000;
/** Objects and list elements that one answer may have, unless told otherwise. */
const defaultMaxElements = 1_000_000;
const never = new AbortController().signal;
const noVariables: Record<string, unknown> = {};

const asError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError("The operation cannot be planned.", {
        extensions: { code: "INTERNAL_SERVER_ERROR" },
        originalError: error as Error,
      });

function subscription(): GraphQLError {
  return new GraphQLError("Subscriptions are not available here.", { extensions: { code: "BAD_REQUEST" } });
}

async function run(
  state: SupergraphState,
  options: EngineOptions,
  request: EngineRequest & { query: DocumentNode },
): Promise<ExecutionResult | IncrementalResult> {
  const labels = request.labels ?? activeLabels(state.labels, options.isLabelActive, request.context);
  const variables = request.variables ?? noVariables;
  let operation: PreparedOperation;
  let coerced: Record<string, unknown>;
  try {
    const choice = choose(request.query, request.operationName ?? undefined);
    if (choice.operation.operation === "subscription") return { errors: [subscription()] };
    const definitions = choice.operation.variableDefinitions ?? [];
    const values = getVariableValues(state.apiSchema, definitions, variables, { maxErrors: 50 });
    if (values.errors) return { errors: values.errors };
    coerced = values.coerced;
    operation = prepared(state, request.query, choice, labels, coerced, request.defer === true, options.onPlan);
  } catch (error) {
    return { errors: [asError(error)] };
  }
  const runOptions: RunOptions = {
    plan: operation.plan,
    fetchSubgraph: options.fetchSubgraph,
    urls: state.urls,
    variables: new VariableTexts(asWritten(variables)),
    context: request.context,
    signal: request.signal ?? never,
    budget: new ElementBudget(options.maxElements ?? defaultMaxElements),
  };
  try {
    return await answered(operation, runOptions, operation.introspect(coerced));
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

/** Runs a prepared operation. Rejects with OPERATION_TOO_LARGE where the answer holds more than it may. */
async function answered(
  operation: PreparedOperation,
  runOptions: RunOptions,
  introspection: ReturnType<PreparedOperation["introspect"]>,
): Promise<ExecutionResult | IncrementalResult> {
  if (operation.deferral) return runDeferred(operation, operation.deferral, runOptions, introspection.values);
  const planRun = new PlanRun(runOptions);
  planRun.start();
  await planRun.finished(() => true);
  const completion = new Completion(planRun.problems, introspection.values, runOptions.budget.again());
  const data = (operation.write(planRun.root, completion) ?? null) as ExecutionResult["data"] & {};
  const problems = [...introspection.errors, ...planRun.problems.errors, ...completion.errors];
  return problems.length > 0 ? { errors: problems, data } : { data };
}

/** Parses and validates a request's document; errors where that fails. */
function readDocument(state: SupergraphState, query: string | DocumentNode): DocumentNode | readonly GraphQLError[] {
  try {
    const document = typeof query === "string" ? parse(query) : query;
    const errors = validate(state.apiSchema, document, [...specifiedRules, ...deferRules]);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    return [asError(error)];
  }
}

/** An engine over `supergraphSdl`; throws when that is no supergraph. */
export function createEngine(options: EngineOptions): Engine {
  const planCacheBytes = options.planCacheBytes ?? defaultPlanCacheBytes;
  const create = (sdl: string) => createSupergraphState(sdl, planCacheBytes, options.planningLimitMs, options.scalars);
  let state = create(options.supergraphSdl);
  // Requests that were validated against an older schema are also run by it.
  const states = new WeakMap<GraphQLSchema, SupergraphState>([[state.apiSchema, state]]);
  // Ends what is planned ahead for a graph that is not to come, or is gone.
  let background = new AbortController();
  const beginLoad = (): AbortController => {
    background.abort();
    return (background = new AbortController());
  };
  const swap = (next: SupergraphState) => {
    state = next;
    states.set(state.apiSchema, state);
  };
  return {
    get apiSchema() {
      return state.apiSchema;
    },
    get supergraphSdl() {
      return state.sdl;
    },
    load(supergraphSdl) {
      const next = create(supergraphSdl);
      beginLoad();
      swap(next);
    },
    async loadWarm(supergraphSdl, documents) {
      const next = create(supergraphSdl);
      const load = beginLoad();
      const done = await warmUp(next, { previous: state, documents, signal: load.signal });
      // A later load is not taken back by an earlier one.
      if (load === background) swap(next);
      return done;
    },
    warm: (documents) => warmUp(state, { documents, signal: background.signal }),
    stop: () => background.abort(),
    executeValid: (request) => run((request.schema && states.get(request.schema)) ?? state, options, request),
    async execute(request) {
      const current = state;
      const document = readDocument(current, request.query);
      if (!("kind" in document)) return { errors: document };
      return run(current, options, { ...request, query: document });
    },
  };
}
