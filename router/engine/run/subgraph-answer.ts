/** Reads a subgraph's answer and says what is wrong with it; nothing here trusts its shape. */
import type { GraphQLError } from "graphql";
import { isObject } from "../compile/code.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { exactErrors, parseJson, type NumberCare } from "../exact-json.ts";
import type { SubgraphAnswer, SubgraphRequest } from "../contract.ts";

export type AnswerError = {
  message: string;
  path: readonly (string | number)[] | undefined;
  extensions: Record<string, unknown>;
};

export type ReadAnswer = { data: Record<string, unknown> | null; errors: readonly AnswerError[] };

/** Errors taken from one answer; more tell nothing new. */
const maxErrors = 1_000;

/** For a request that may have been sent and has no answer: what a mutation did meanwhile nobody knows, a query did nothing. */
export const lostAnswer = (kind: SubgraphRequest["kind"]): GraphQLError =>
  graphqlError(kind === "mutation" ? "OUTCOME_UNKNOWN" : "SUBGRAPH_UNAVAILABLE");

/** For an answer that is none: not JSON, or not of the shape that GraphQL demands. */
export const malformedAnswer = (kind: SubgraphRequest["kind"] = "query"): GraphQLError =>
  kind === "mutation"
    ? lostAnswer(kind)
    : graphqlError("SUBGRAPH_UNAVAILABLE", "A part of the service gave no usable answer.");

function readPath(path: unknown): AnswerError["path"] {
  const isPath = Array.isArray(path) && path.every((part) => typeof part === "string" || typeof part === "number");
  return isPath ? (path as (string | number)[]) : undefined;
}

function readError(error: unknown): AnswerError {
  const { message, path, extensions } = isObject(error) ? error : {};
  const known = isObject(extensions) ? extensions : {};
  return {
    message: typeof message === "string" && message !== "" ? message : "A part of the service reported an error.",
    path: readPath(path),
    extensions: { ...known, code: typeof known["code"] === "string" ? known["code"] : "DOWNSTREAM_SERVICE_ERROR" },
  };
}

/** Throws `malformedAnswer` for what is no GraphQL answer. */
export function readAnswer(answer: SubgraphAnswer, kind: SubgraphRequest["kind"], care: NumberCare): ReadAnswer {
  let value: unknown;
  try {
    value = "body" in answer ? parseJson(answer.body, care) : answer.json;
  } catch {
    throw malformedAnswer(kind);
  }
  if (!isObject(value)) throw malformedAnswer(kind);
  const { data, errors } = value;
  const list = errors === undefined || errors === null ? [] : errors;
  if (!Array.isArray(list) || (data !== null && data !== undefined && !isObject(data))) throw malformedAnswer(kind);
  if (!isObject(data) && list.length === 0) throw malformedAnswer(kind);
  const exact = "body" in answer ? exactErrors(answer.body, list, care) : list;
  return { data: isObject(data) ? data : null, errors: exact.slice(0, maxErrors).map(readError) };
}
