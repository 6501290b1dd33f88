/** How many changes one request may ask for: each is work that is not taken back when another one fails. */
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import { GraphQLError } from "graphql";
import { mutationsOf } from "../http/operation-fields.ts";

/** Refuses mutations of more than `most` root fields, aliases counted each, before a subgraph is asked. */
export const limitMutations = (most: number): ApolloServerPlugin<BaseContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, document }) {
        if (operation?.operation !== "mutation" || mutationsOf(operation, document).length <= most) return;
        throw new GraphQLError(`A request may hold at most ${most} mutations.`, {
          extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
        });
      },
    };
  },
});
