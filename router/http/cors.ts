/** Cross-origin rules: exact origins only, credentials allowed for them. */
import type { IncomingMessage } from "node:http";
import type { HttpRequest, HttpResponse } from "../../kit/http.ts";

/** Headers that let the request's origin read the answer; none where the origin is not in `allowed`. */
export function corsHeaders(
  request: Pick<IncomingMessage, "headers">,
  allowed: readonly string[],
): Record<string, string> {
  const origin = request.headers.origin;
  if (!origin || !allowed.includes(origin)) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after",
  };
}

/** Answer to a preflight request. */
export const preflight = (request: HttpRequest, allowed: readonly string[]): HttpResponse => ({
  status: 204,
  headers: {
    ...corsHeaders(request, allowed),
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type, authorization, apollo-require-preflight, traceparent",
    "access-control-max-age": "600",
  },
});
