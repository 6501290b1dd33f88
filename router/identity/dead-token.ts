/** What may still be asked with an access token that does not hold: only what gets a person a new one. */
import type { ApolloServerPlugin } from "@apollo/server";
import { GraphQLError } from "graphql";
import type { RouterContext } from "../http/context.ts";
import { mutationsOf } from "../http/operation-fields.ts";

/** Clients send their token with everything; these answer nobody's data and do not ask who calls. */
const open: ReadonlySet<string> = new Set(["register", "signIn", "refresh", "signOut"]);

/** Answers 401 to every operation that came with a dead token, but those that sign in or out. */
export const refuseDeadTokens: ApolloServerPlugin<RouterContext> = {
  async requestDidStart({ contextValue }) {
    if (!contextValue.deadToken) return;
    return {
      async didResolveOperation({ operation, document }) {
        const asked = operation ? mutationsOf(operation, document) : [];
        if (asked.length > 0 && asked.every((name) => open.has(name))) return;
        throw new GraphQLError("The access token is not valid; sign in or refresh it.", {
          extensions: { code: "UNAUTHENTICATED", http: { status: 401 } },
        });
      },
    };
  },
};
