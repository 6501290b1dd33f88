/** The engine: one supergraph in, answers out, pure of HTTP. */
import {
  GraphQLError,
  getVariableValues,
  parse,
  print,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { Completion } from "./compile/completion.ts";
import type { Engine, EngineOptions, EngineRequest } from "./contract.ts";
import { PlanRun } from "./run/plan-run.ts";
import { VariableTexts } from "./run/request-body.ts";
import type { PreparedOperation } from "./state/prepared.ts";
import { conditionVariables, findOperation, prepareOperation } from "./state/prepared-operation.ts";
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

/** An operation of a document, and the variables on which its shape depends. */
type Chosen = { operation: OperationDefinitionNode; conditionVariables: readonly string[] };

const chosen = new WeakMap<DocumentNode, Map<string | undefined, Chosen>>();

function choose(document: DocumentNode, operationName: string | undefined): Chosen {
  let known = chosen.get(document);
  if (!known) chosen.set(document, (known = new Map()));
  let found = known.get(operationName);
  if (!found) {
    found = {
      operation: findOperation(document, operationName),
      conditionVariables: conditionVariables(document),
    };
    known.set(operationName, found);
  }
  return found;
}

/** The prepared operation from the cache, or made now. */
function prepared(
  state: SupergraphState,
  document: DocumentNode,
  { operation, conditionVariables: names }: Chosen,
  labels: ReadonlySet<string>,
  coerced: Record<string, unknown>,
): PreparedOperation {
  const active = state.labels.length === 0 ? "" : state.labels.filter((label) => labels.has(label)).join(",");
  const values = names.map((name) => (coerced[name] === true ? "1" : "0")).join("");
  const key = keyOf(document, `${operation.name?.value ?? ""}\n${active}\n${values}`);
  const known = state.prepared.get(key);
  if (known) return known;
  const conditions = new Map(names.map((name) => [name, coerced[name] === true] as const));
  const made = prepareOperation(state, document, operation, { labels, conditions, defer: false });
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

/** A nullable variable with a default may still be null (GraphQL, 5.8.5: it is then an error of execution). */
const nullCondition = (name: string): GraphQLError =>
  new GraphQLError(`Argument "if" of non-null type "Boolean!" must not be null.`, {
    extensions: { code: "BAD_USER_INPUT", variable: name },
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
    const refused = choice.conditionVariables.find((name) => coerced[name] === null);
    if (refused !== undefined) return { errors: [nullCondition(refused)], data: null };
    operation = prepared(state, request.query, choice, labels, coerced);
  } catch (error) {
    return { errors: [asError(error)] };
  }
  const planRun = new PlanRun({
    plan: operation.plan,
    fetchSubgraph: options.fetchSubgraph,
    urls: state.urls,
    variables: new VariableTexts(variables),
    context: request.context,
    signal: request.signal ?? never,
  });
  planRun.start();
  await planRun.finished(() => true);
  const completion = new Completion(planRun.problems.explained, operation.introspect(coerced));
  const data = (operation.write(planRun.root, completion) ?? null) as ExecutionResult["data"] & {};
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
