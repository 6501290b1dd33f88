/** Apollo Server plugin: lets only errors of the catalogue out. formatError cannot do this, it does not know the trace id. */
import type { ApolloServerPlugin, GraphQLResponse } from "@apollo/server";
import type { GraphQLFormattedError } from "graphql";
import { maskError } from "../errors.ts";
import { loggedError } from "../server/logged-error.ts";
import type { Log } from "../server/log.ts";

type Context = { log: Log; traceId: string; work?: { readonly ended: unknown } };
type InParts = Extract<GraphQLResponse["body"], { kind: "incremental" }>;
type Parts = InParts["subsequentResults"];
type Errors = readonly GraphQLFormattedError[];

const silent = { error: () => {} };

/** Masks the errors of one answer. What went wrong alike at many places is logged once, with their number: an outage is no flood. */
function maskAll(errors: Errors, originals: readonly unknown[], context: Context): GraphQLFormattedError[] {
  const places = new Map<string, { count: number; original: unknown }>();
  const masked = errors.map((formatted, index) => {
    const known = places.get(formatted.message);
    const original = originals[index];
    const one = maskError(formatted, original, known ? { ...context, log: silent } : context);
    if (one.extensions?.["code"] === "INTERNAL_SERVER_ERROR")
      places.set(formatted.message, { count: (known?.count ?? 0) + 1, original: known?.original ?? original });
    return one;
  });
  // The error's own text may hold what a client sent.
  for (const [message, { count, original }] of places)
    if (count > 1)
      context.log.warn(
        { message: loggedError(original ?? new Error(message)).message, places: count, traceId: context.traceId },
        "the same error at more places",
      );
  return masked;
}

/** Parts that come after the first, masked as they come; ending the iteration early ends theirs. */
async function* maskParts(parts: Parts, context: Context): Parts & AsyncGenerator {
  for await (const part of parts) {
    const incremental = part.incremental?.map((one) =>
      one.errors ? { ...one, errors: maskAll(one.errors, one.errors, context) } : one,
    );
    yield incremental ? { ...part, incremental } : part;
  }
}

/** Masks every error of a response (see `maskError`) under its request's trace id. */
export const maskErrors: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body }, contextValue, errors }) {
        // Whoever asked is gone; what failed because of that is no news.
        if (contextValue.work?.ended) return;
        const result = body.kind === "single" ? body.singleResult : body.initialResult;
        if (result.errors) result.errors = maskAll(result.errors, errors ?? [], contextValue);
        if (body.kind === "incremental") body.subsequentResults = maskParts(body.subsequentResults, contextValue);
      },
    };
  },
};
