/** Apollo Server plugin: lets only errors of the catalogue out. formatError cannot do this, it does not know the trace id. */
import type { ApolloServerPlugin } from "@apollo/server";
import { maskError } from "./errors.ts";
import type { Log } from "./log.ts";

/** Masks every error of a response (see `maskError`) under its request's trace id. */
export const maskErrors: ApolloServerPlugin<{ log: Log; traceId: string }> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue, errors }) {
        if (response.body.kind !== "single" || !response.body.singleResult.errors) return;
        response.body.singleResult.errors = response.body.singleResult.errors.map((formatted, index) =>
          maskError(formatted, errors?.[index], contextValue),
        );
      },
    };
  },
};
