/** Says in HTTP's own words how long a client has to wait. */
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import { retryAfterOf } from "../../kit/errors.ts";

/** Sets `Retry-After` to the longest wait that an error of the answer names, in seconds; comes after the errors were masked. */
export const sayRetryAfter: ApolloServerPlugin<BaseContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http } }) {
        const result = body.kind === "single" ? body.singleResult : body.initialResult;
        const waits = (result.errors ?? []).map((error) => retryAfterOf(error) ?? 0);
        const longest = Math.max(0, ...waits);
        if (longest > 0) http.headers.set("retry-after", String(longest));
      },
    };
  },
};
