/** The engine: one supergraph in, answers out, pure of HTTP. */
import {
  GraphQLError,
  Kind,
  getVariableValues,
  parse,
  print,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from "graphql";
import { Completion } from "./compile/completion.ts";
import type { Engine, EngineOptions, EngineRequest } from "./contract.ts";
import { PlanRun } from "./run/plan-run.ts";
import { VariableTexts } from "./run/request-body.ts";
import type { PreparedOperation } from "./state/prepared.ts";
import { prepareOperation } from "./state/prepared-operation.ts";
import { createSupergraphState, type SupergraphState } from "./state/supergraph-state.ts";
import { activeLabels } from "./state/override-labels.ts";

export type * from "./contract.ts";

const defaultPlanCacheSize = 1_000;
const never = new AbortController().signal;
const noVariables: Record<string, unknown> = {};

/**
 * Keys of prepared operations. Documents are parsed once and used often: the same string each time spares hashing a long
 * text for every request.
 */
const keys = new WeakMap<DocumentNode, Map<string, string>>();

function keyOf(document: DocumentNode, distinction: string): string {
  let known = keys.get(document);
  if (!known) keys.set(document, (known = new Map()));
  let key = known.get(distinction);
  if (key === undefined) known.set(distinction, (key = `${distinction}\n${print(document)}`));
  return key;
}

/** The prepared operation from the cache, or made now. */
function prepared(
  state: SupergraphState,
  document: DocumentNode,
  operationName: string | undefined,
  labels: ReadonlySet<string>,
): PreparedOperation {
  const active = state.labels.length === 0 ? "" : state.labels.filter((label) => labels.has(label)).join(",");
  const key = keyOf(document, `${operationName ?? ""}\n${active}`);
  const known = state.prepared.get(key);
  if (known) return known;
  const made = prepareOperation(state, document, { operationName, labels, defer: false });
  state.prepared.set(key, made);
  return made;
}

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
): Promise<ExecutionResult> {
  const labels = request.labels ?? activeLabels(state.labels, options.isLabelActive, request.context);
  let operation: PreparedOperation;
  try {
    const kinds = request.query.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (kinds.some((node) => node.operation === "subscription")) return { errors: [subscription()] };
    operation = prepared(state, request.query, request.operationName ?? undefined, labels);
  } catch (error) {
    return { errors: [asError(error)] };
  }
  const variables = request.variables ?? noVariables;
  const definitions = operation.operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(state.apiSchema, definitions, variables, { maxErrors: 50 });
  if (errors) return { errors };
  const conditions = new Map(operation.conditionVariables.map((name) => [name, coerced[name] === true] as const));
  const planRun = new PlanRun({
    plan: operation.plan,
    fetchSubgraph: options.fetchSubgraph,
    urls: state.urls,
    variables: new VariableTexts(variables),
    conditions,
    context: request.context,
    signal: request.signal ?? never,
  });
  planRun.start();
  await planRun.finished(() => true);
  const shape = operation.shape(conditions);
  const completion = new Completion(planRun.problems.explained, shape.introspect(coerced));
  const data = (shape.write(planRun.root, completion) ?? null) as ExecutionResult["data"] & {};
  const problems = [...planRun.problems.errors, ...completion.errors];
  return problems.length > 0 ? { errors: problems, data } : { data };
}

/** Parses and validates a request's document; errors where that fails. */
function readDocument(state: SupergraphState, query: string | DocumentNode): DocumentNode | readonly GraphQLError[] {
  try {
    const document = typeof query === "string" ? parse(query) : query;
    const errors = validate(state.apiSchema, document);
    return errors.length > 0 ? errors : document;
  } catch (error) {
    return [asError(error)];
  }
}

/** An engine over `supergraphSdl`; throws when that is no supergraph. */
export function createEngine(options: EngineOptions): Engine {
  const planCacheSize = options.planCacheSize ?? defaultPlanCacheSize;
  let state = createSupergraphState(options.supergraphSdl, planCacheSize);
  // Requests that were validated against an older schema are also run by it.
  const states = new WeakMap<GraphQLSchema, SupergraphState>([[state.apiSchema, state]]);
  return {
    get apiSchema() {
      return state.apiSchema;
    },
    get supergraphSdl() {
      return state.sdl;
    },
    load(supergraphSdl) {
      state = createSupergraphState(supergraphSdl, planCacheSize);
      states.set(state.apiSchema, state);
    },
    executeValid: (request) => run((request.schema && states.get(request.schema)) ?? state, options, request),
    async execute(request) {
      const current = state;
      const document = readDocument(current, request.query);
      if (!("kind" in document)) return { errors: document };
      return run(current, options, { ...request, query: document });
    },
  };
}
