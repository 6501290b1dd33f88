/** Tells who names an operation that is not in the document. */
import type { ApolloServerPlugin, BaseContext } from "@apollo/server";
import { GraphQLError } from "graphql";

/** Apollo Server leaves this to the gateway, and stock gateway takes it for a fault of its own. */
export const refuseUnresolvedOperations: ApolloServerPlugin<BaseContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request }) {
        if (operation) return;
        const message = request.operationName
          ? "The document has no operation of this name."
          : "Name the operation to run: the document does not have exactly one.";
        throw new GraphQLError(message, {
          extensions: { code: "OPERATION_RESOLUTION_FAILURE", http: { status: 400 } },
        });
      },
    };
  },
};
