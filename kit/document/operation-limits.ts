/**
 * Refuses operations that ask for more than a service is to do at once, before any of it is done: documents by their size before
 * validation, operations by the estimate of their answer before execution.
 */
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import {
  Kind,
  getOperationAST,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { errorCatalogue, graphqlError } from "../errors.ts";
import { answerEstimate } from "./answer-estimate.ts";
import { documentSize, type DocumentSize } from "./document-size.ts";
import type { FieldWeights } from "./field-weights.ts";
import type { Size } from "./formula.ts";

/** The most that one operation may be and ask for. */
export type OperationLimits = {
  /** Fields with fragments opened, depth, aliases, and fields of the operation itself. */
  readonly size: Readonly<DocumentSize>;
  /** Fields that its answer is estimated to have. */
  readonly answerFields: number;
  /** Length of a list of which the graph says nothing. */
  readonly assumedListSize: number;
};

/** What the measures are called in messages. */
const measures: Readonly<Record<keyof DocumentSize, string>> = {
  fields: "fields with its fragments opened",
  depth: "levels of fields",
  aliases: "aliases",
  rootFields: "fields at its root",
};

const shown = (count: number): string => (count < 1e15 ? String(Math.ceil(count)) : count.toExponential(1));

/** OPERATION_TOO_LARGE, answered with 400; `what` was counted or estimated. */
function tooLarge(count: number, what: string, most: number): GraphQLError {
  const message = `The operation has ${shown(count)} ${what}; at most ${most} are allowed.`;
  const error = graphqlError("OPERATION_TOO_LARGE", message);
  error.extensions["http"] = { status: errorCatalogue.OPERATION_TOO_LARGE.status };
  return error;
}

/** Why a document, valid or not, is too large; undefined where it is not. */
export function sizeFault(document: DocumentNode, limits: OperationLimits["size"]): GraphQLError | undefined {
  const size = documentSize(document);
  for (const name of ["fields", "depth", "aliases", "rootFields"] as const)
    if (size[name] > limits[name]) return tooLarge(size[name], measures[name], limits[name]);
  return undefined;
}

/** Says of the variables of a request why its operation asks for too much; undefined where it does not. */
export type AnswerCheck = (variables: Readonly<Record<string, unknown>>) => GraphQLError | undefined;

const none = () => undefined;

/** The check of one operation, made once; `none` for one that no variables make too large. */
function answerCheck(estimate: Size, most: number): AnswerCheck {
  const fault = (fields: number) =>
    fields > most ? tooLarge(fields, "fields in its answer by estimate", most) : undefined;
  if (typeof estimate === "function") return (variables) => fault(estimate(variables));
  const error = fault(estimate);
  return error ? () => error : none;
}

/** Checks operations of one graph: `checkOf` gives the check of an operation of a document that is valid for `schema`. */
export type OperationGuard = {
  checkOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): AnswerCheck;
};

/** A guard with the weights that `weightsOf` gives for a schema. Checks are kept with their documents. */
export function createOperationGuard(
  limits: OperationLimits,
  weightsOf: (schema: GraphQLSchema) => FieldWeights,
): OperationGuard {
  const known = new WeakMap<OperationDefinitionNode, { schema: GraphQLSchema; check: AnswerCheck }>();
  return {
    checkOf(schema, document, operation) {
      const before = known.get(operation);
      if (before?.schema === schema) return before.check;
      const { assumedListSize } = limits;
      const estimate = answerEstimate(schema, document, operation, { weights: weightsOf(schema), assumedListSize });
      const check = answerCheck(estimate, limits.answerFields);
      known.set(operation, { schema, check });
      return check;
    },
  };
}

/** Stands for a document that was refused: there is nothing in it to validate. */
const emptyDocument = (): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    {
      kind: Kind.OPERATION_DEFINITION,
      operation: "query" as OperationDefinitionNode["operation"],
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } }],
      },
    },
  ],
});

/**
 * The plugin that does so; it comes before every plugin that looks at the operation. Apollo Server has no way to refuse a document
 * before it is validated, so an empty one takes the place of a document that is too large, also where documents are kept, and is
 * then refused for what it stands for.
 */
export function limitOperations<Context extends BaseContext>(
  limits: OperationLimits,
  guard: OperationGuard,
): ApolloServerPlugin<Context> {
  const refused = new WeakMap<DocumentNode, GraphQLError>();
  const listener: Awaited<ReturnType<NonNullable<ApolloServerPlugin<Context>["requestDidStart"]>>> = {
    async validationDidStart(request) {
      const fault = sizeFault(request.document, limits.size);
      if (!fault) return;
      const empty = emptyDocument();
      refused.set(empty, fault);
      (request as { document: DocumentNode }).document = empty;
    },
    async didResolveOperation({ document, request, schema }) {
      const fault = refused.get(document);
      if (fault) throw fault;
      const operation = getOperationAST(document, request.operationName);
      const excess = operation && guard.checkOf(schema, document, operation)(request.variables ?? {});
      if (excess) throw excess;
    },
  };
  const settled = Promise.resolve(listener);
  return { requestDidStart: () => settled };
}
