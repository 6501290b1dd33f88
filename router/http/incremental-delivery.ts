/**
 * Deferred parts on their way from the engine to the client. Apollo Server takes one result from a gateway; what comes later is
 * kept beside it, and joined with the response before that is written.
 */
import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener, GraphQLResponse } from "@apollo/server";
import type { Delivery } from "../engine/gateway.ts";
import { acceptedForms, mentionsParts } from "./accepted-media.ts";
import { issuesRefreshToken } from "./refresh-cookie.ts";

/** What Apollo Server's negotiation takes for incremental delivery of 2022-08-24, and for a whole answer. */
const partsType = "multipart/mixed; deferSpec=20220824";
const wholeType = "application/json";

type Parts = Extract<GraphQLResponse["body"], { kind: "incremental" }>["subsequentResults"];

const laterParts = new WeakMap<object, Parts>();

/** For the gateway: who takes parts, and where to put them. Tokens come whole, since they are taken out of the answer. */
export const delivery: Delivery = {
  takesParts({ request, operation, document }) {
    const accept = request.http?.headers.get("accept");
    if (!mentionsParts(accept) || !acceptedForms(accept).parts) return false;
    return operation.operation === "query" || !issuesRefreshToken(operation, document);
  },
  deliver: (context, parts) => void laterParts.set(context as object, parts as Parts),
};

const inParts: GraphQLRequestListener<BaseContext> = {
  async willSendResponse({ request, response, contextValue }) {
    const headers = request.http?.headers;
    const subsequentResults = laterParts.get(contextValue);
    if (subsequentResults && response.body.kind === "single") {
      const initialResult = { ...response.body.singleResult, hasNext: true };
      response.body = { kind: "incremental", initialResult, subsequentResults };
      // However the client wrote it, it takes this form.
      headers?.set("accept", partsType);
    } else if (!acceptedForms(headers?.get("accept") ?? "").whole) headers?.set("accept", wholeType);
  },
};

const listener = Promise.resolve(inParts);
const nothing = Promise.resolve();

/** Writes answers in parts where there are any; comes before every plugin that looks at answers. */
export const incrementalDelivery: ApolloServerPlugin<BaseContext> = {
  requestDidStart: ({ request }) => (mentionsParts(request.http?.headers.get("accept")) ? listener : nothing),
};
