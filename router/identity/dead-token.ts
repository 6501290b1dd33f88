/** What may still be asked with an access token that does not hold: only what gets a person a new one. */
import type { ApolloServerPlugin } from "@apollo/server";
import { GraphQLError } from "graphql";
import { sessionMutations } from "../../kit/access/session-mutations.ts";
import type { RouterContext } from "../http/context.ts";
import { mutationsOf } from "../http/operation-fields.ts";
import type { TokenFault } from "./access-token.ts";

const told: Record<TokenFault, string> = {
  EXPIRED: "The access token has expired; refresh it or sign in.",
  UNKNOWN_KEY: "The access token was signed with a key that is not known here; sign in or refresh it.",
  ENDED: "This session has ended: sign in again.",
  INVALID: "The access token is not valid; sign in or refresh it.",
};

/** Answers 401 to every operation that came with a dead token, but those that sign in or out. */
export const refuseDeadTokens: ApolloServerPlugin<RouterContext> = {
  async requestDidStart({ contextValue }) {
    const { deadToken: fault } = contextValue;
    if (!fault) return;
    return {
      async didResolveOperation({ operation, document }) {
        const asked = operation ? mutationsOf(operation, document) : [];
        if (asked.length > 0 && asked.every((name) => sessionMutations.has(name))) return;
        throw new GraphQLError(told[fault], {
          extensions: { code: "UNAUTHENTICATED", http: { status: 401 } },
        });
      },
    };
  },
};
