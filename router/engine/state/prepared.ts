/** An operation made ready to be run again and again. */
import type { GraphQLObjectType, OperationDefinitionNode } from "graphql";
import type { CollectedField, SelectionScope } from "../compile/collect-fields.ts";
import type { CompiledPlan } from "../compile/compiled-plan.ts";
import type { Writer } from "../compile/response-writer.ts";

export type ResponseShape = {
  scope: SelectionScope;
  fields: readonly CollectedField[];
  write: Writer;
  /** Values of the introspection fields, by response key. */
  introspect(variables: Record<string, unknown>): ReadonlyMap<string, unknown>;
};

export type PreparedOperation = {
  operation: OperationDefinitionNode;
  plan: CompiledPlan;
  /** Variables that stand in @skip, @include or @defer. */
  conditionVariables: readonly string[];
  rootType: GraphQLObjectType;
  /** The response's shape for these values of the condition variables. */
  shape(conditions: ReadonlyMap<string, boolean>): ResponseShape;
};
