/** Apollo Server plugin: lets only errors of the catalogue out. formatError cannot do this, it does not know the trace id. */
import type { ApolloServerPlugin, GraphQLResponse } from "@apollo/server";
import { maskError } from "./errors.ts";
import type { Log } from "./log.ts";

type Context = { log: Log; traceId: string };
type InParts = Extract<GraphQLResponse["body"], { kind: "incremental" }>;
type Parts = InParts["subsequentResults"];

/** Parts that come after the first, masked as they come; ending the iteration early ends theirs. */
async function* maskParts(parts: Parts, context: Context): Parts & AsyncGenerator {
  for await (const part of parts) {
    const incremental = part.incremental?.map((one) =>
      one.errors ? { ...one, errors: one.errors.map((error) => maskError(error, error, context)) } : one,
    );
    yield incremental ? { ...part, incremental } : part;
  }
}

/** Masks every error of a response (see `maskError`) under its request's trace id. */
export const maskErrors: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body }, contextValue, errors }) {
        const result = body.kind === "single" ? body.singleResult : body.initialResult;
        if (result.errors)
          result.errors = result.errors.map((formatted, index) => maskError(formatted, errors?.[index], contextValue));
        if (body.kind === "incremental") body.subsequentResults = maskParts(body.subsequentResults, contextValue);
      },
    };
  },
};
