/** Reads the body of a GraphQL request, and keeps in mind how the numbers in its variables were written. */
import type { ApolloServerPlugin } from "@apollo/server";
import { readGraphqlBody, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";
import type { Result } from "../../kit/result.ts";
import { noteVariables } from "../engine/exact-json.ts";

/** Does the same for the variables of a GET request, which Apollo Server reads itself. */
export const exactSearchVariables: ApolloServerPlugin = {
  async requestDidStart({ request: { http, variables } }) {
    const text = http?.method === "GET" ? new URLSearchParams(http.search).get("variables") : null;
    if (text !== null) noteVariables(variables, text, false);
  },
};

/** The parsed body, or the answer to one that is none. */
export function readBody(request: HttpRequest): Result<unknown, HttpResponse> {
  const body = readGraphqlBody(request);
  const variables = body.ok ? (body.value as { variables?: unknown } | null | undefined)?.variables : undefined;
  if (typeof variables === "object" && variables !== null)
    noteVariables(variables, request.rawBody.toString("utf8"), true);
  return body;
}
