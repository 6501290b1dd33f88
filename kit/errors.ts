/** The catalogue of errors that are not data, and the mask that lets no other through. */
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Log } from "./server/log.ts";

/** Code → HTTP status, whether trying again can help, and the sentence a person may read. */
export const errorCatalogue = {
  UNAUTHENTICATED: { status: 401, retryable: false, message: "Sign in first." },
  FORBIDDEN: { status: 403, retryable: false, message: "Not allowed." },
  NOT_FOUND: { status: 404, retryable: false, message: "Not found." },
  BAD_USER_INPUT: { status: 400, retryable: false, message: "The input is not valid." },
  OPERATION_TOO_LARGE: { status: 400, retryable: false, message: "The operation asks for too much at once." },
  RATE_LIMITED: { status: 429, retryable: true, message: "Too many requests; wait a moment." },
  SUBGRAPH_UNAVAILABLE: { status: 503, retryable: true, message: "A part of the service is not available; try again." },
  OUTCOME_UNKNOWN: {
    status: 502,
    retryable: false,
    message: "Whether the change was made is not known; look before you repeat it.",
  },
  INTERNAL_SERVER_ERROR: { status: 500, retryable: true, message: "Something went wrong on our side." },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** Codes that Apollo Server gives to malformed requests; their messages speak of the query alone. */
const requestCodes = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

/** A GraphQLError with a code of the catalogue; `message` defaults to the catalogue's. */
export const graphqlError = (code: ErrorCode, message: string = errorCatalogue[code].message): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });

/** RATE_LIMITED, with the seconds after which trying again may help; the router says them as `Retry-After` too. */
export const rateLimited = (retryAfterSeconds: number): GraphQLError =>
  new GraphQLError(errorCatalogue.RATE_LIMITED.message, { extensions: { code: "RATE_LIMITED", retryAfterSeconds } });

/** The seconds that an error tells its client to wait; undefined where it tells none. */
export function retryAfterOf({ extensions }: Pick<GraphQLFormattedError, "extensions">): number | undefined {
  const seconds = extensions?.["code"] === "RATE_LIMITED" ? extensions["retryAfterSeconds"] : undefined;
  return typeof seconds === "number" && Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}

/** True for a code of the catalogue. */
export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(errorCatalogue, code);

/**
 * What a client may see of an error: catalogue and request errors keep message, path and code (and how long to wait), everything else becomes
 * INTERNAL_SERVER_ERROR with the trace id under which the original is logged.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  original: unknown,
  context: { log: Pick<Log, "error">; traceId?: string },
): GraphQLFormattedError {
  const code = formatted.extensions?.["code"];
  const place = {
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
  };
  const known = isErrorCode(code) && code !== "INTERNAL_SERVER_ERROR";
  if (known || (typeof code === "string" && requestCodes.has(code))) {
    const retryAfterSeconds = retryAfterOf(formatted);
    const extensions = retryAfterSeconds === undefined ? { code } : { code, retryAfterSeconds };
    return { message: formatted.message, ...place, extensions };
  }
  context.log.error({ err: original, path: formatted.path, traceId: context.traceId }, "unexpected error");
  return {
    message: errorCatalogue.INTERNAL_SERVER_ERROR.message,
    ...place,
    extensions: { code: "INTERNAL_SERVER_ERROR", ...(context.traceId ? { traceId: context.traceId } : {}) },
  };
}
