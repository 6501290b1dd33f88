/** An operation made ready to run: its plan compiled, its response writers at hand. */
import {
  BREAK,
  Kind,
  OperationTypeNode,
  executeSync,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { collectFields, type CollectedField, type SelectionScope } from "../compile/collect-fields.ts";
import { compilePlan } from "../compile/compiled-plan.ts";
import { compileResponseWriter } from "../compile/response-writer.ts";
import { planDeferral } from "../defer/deferral.ts";
import { planSteps } from "./plan-steps.ts";
import { planSerially } from "./serial-mutations.ts";
import type { Introspection, PreparedOperation } from "./prepared.ts";
import type { PlanOptions, SupergraphState } from "./supergraph-state.ts";

const conditional = new Set(["skip", "include", "defer"]);

/** An operation and every fragment that it spreads, directly or by way of others, each once. */
export function reachedBy(operation: OperationDefinitionNode, document: DocumentNode): DefinitionNode[] {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const reached: DefinitionNode[] = [operation];
  // Grows while it is walked.
  for (const node of reached)
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) reached.push(fragment);
        fragments.delete(name.value);
      },
    });
  return reached;
}

/** Variables that stand in @skip, @include or @defer of what an operation reaches, in the order of first mention. */
export function conditionVariables(reached: readonly DefinitionNode[]): string[] {
  const names = new Set<string>();
  for (const definition of reached)
    visit(definition, {
      Directive: (node) => {
        if (!conditional.has(node.name.value)) return;
        for (const { name, value } of node.arguments ?? [])
          if (name.value === "if" && value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  return [...names];
}

/** Whether there is a @defer anywhere in a document, or in one of its definitions. */
export function usesDefer(node: DocumentNode | DefinitionNode): boolean {
  let found = false;
  visit(node, { Directive: ({ name }) => (name.value === "defer" ? ((found = true), BREAK) : undefined) });
  return found;
}

const nothing: Introspection = { values: new Map(), errors: [] };

/** Runs the introspection fields of an operation, and nothing else of it. */
function introspection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly CollectedField[],
) {
  const wanted = fields.filter(({ nodes }) => nodes[0]?.name.value === "__schema" || nodes[0]?.name.value === "__type");
  if (wanted.length === 0) return () => nothing;
  const selections = wanted.flatMap(({ nodes }) => nodes);
  const only: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
      ...document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  return (variableValues: Record<string, unknown>): Introspection => {
    const { data, errors = [] } = executeSync({ schema, document: only, variableValues });
    return { values: new Map(wanted.map(({ key }) => [key, data?.[key] ?? null])), errors };
  };
}

/** The operation that `operationName` names; throws where there is none or the choice is open. */
export function findOperation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const found = operations.filter((node) => operationName === undefined || node.name?.value === operationName);
  if (found.length !== 1 || !found[0]) throw new Error("no such operation");
  return found[0];
}

/**
 * Plans and compiles `operation` of `document`, which must be valid against the client's schema; throws where the planner refuses.
 * One for each set of values of the condition variables: so no fetch asks for more than its answer needs.
 */
export function prepareOperation(
  state: SupergraphState,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: PlanOptions,
): PreparedOperation {
  const rootType = state.apiSchema.getRootType(operation.operation) as GraphQLObjectType;
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const scope: SelectionScope = {
    schema: state.apiSchema,
    full: state.fullSchema,
    fragments,
    conditions: options.conditions,
    dataName: state.names.nameOf,
  };
  const fields = collectFields(scope, rootType, [operation.selectionSet]);
  const planning = { state, scope, operation, root: rootType, options };
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  const steps = isSerial ? planSerially(planning, fields) : planSteps(planning, fields);
  const { selectionSet } = operation;
  const later = options.defer ? planDeferral(scope, rootType, selectionSet, steps, state) : undefined;
  return {
    plan: compilePlan(state, later?.steps ?? steps),
    deferral: later?.deferral,
    write: compileResponseWriter(scope, rootType, selectionSet, later?.deferral.parts),
    introspect: introspection(state.apiSchema, document, operation, fields),
  };
}
