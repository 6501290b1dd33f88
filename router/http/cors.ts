/** Cross-origin rules: exact origins only, credentials allowed for them. */
import type { HttpRequest, HttpResponse } from "../../kit/server/http.ts";

/** Headers that let the request's origin read the answer; none where the origin is not in `allowed`. */
export function corsHeaders(request: Pick<HttpRequest, "headers">, allowed: readonly string[]): Record<string, string> {
  const origin = request.headers.origin;
  if (!origin || !allowed.includes(origin)) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after",
  };
}

const sendable = [
  "content-type",
  "authorization",
  "apollo-require-preflight",
  "traceparent",
  // How clients of Apollo's name themselves and their operations.
  "apollographql-client-name",
  "apollographql-client-version",
  "x-apollo-operation-name",
  "x-apollo-operation-id",
].join(", ");

/** A browser asks first whether a page of the internet may reach a machine of the private network. https://wicg.github.io/private-network-access/ */
function privateNetwork({ headers }: HttpRequest, allowed: readonly string[]): Record<string, string> {
  const asks = headers["access-control-request-private-network"] === "true";
  const { origin } = headers;
  return asks && origin && allowed.includes(origin) ? { "access-control-allow-private-network": "true" } : {};
}

/** Answer to a preflight request. */
export const preflight = (request: HttpRequest, allowed: readonly string[]): HttpResponse => ({
  status: 204,
  headers: {
    ...corsHeaders(request, allowed),
    ...privateNetwork(request, allowed),
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": sendable,
    "access-control-max-age": "600",
  },
});
