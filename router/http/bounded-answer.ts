/** The end of every request: nothing begins for a client that has left, and no answer is larger than it may be. */
import { errorCatalogue } from "../../kit/errors.ts";
import { graphqlFailure, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";

const nobody = (): HttpResponse =>
  graphqlFailure(
    errorCatalogue.SUBGRAPH_UNAVAILABLE.status,
    "SUBGRAPH_UNAVAILABLE",
    errorCatalogue.SUBGRAPH_UNAVAILABLE.message,
  );

/**
 * The answer of `work`, which does not begin when the request's signal has aborted: the client left, or the time for its answer was
 * over while it waited. An answer of more than `maxBytes` characters is refused; what a mutation changed by then stays changed.
 */
export async function boundedAnswer(
  { signal }: HttpRequest,
  maxBytes: number,
  work: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  if (signal.aborted) return nobody();
  const answer = await work();
  if (typeof answer.body !== "string" || answer.body.length <= maxBytes) return answer;
  const { status } = errorCatalogue.OPERATION_TOO_LARGE;
  const message = `The answer has ${answer.body.length} bytes; at most ${maxBytes} are sent. A change that was asked for may have been made.`;
  return graphqlFailure(status, "OPERATION_TOO_LARGE", message);
}
