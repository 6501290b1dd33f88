/** Calls from one service to another: GraphQL over HTTP with the caller's own credential. */
import { graphqlError } from "../errors.ts";
import type { Signer } from "./identity.ts";
import type { Log } from "../server/log.ts";
import { traceparent } from "../server/trace.ts";

/** The other service did not answer, or refused; nothing is known of its effect. */
export class ServiceCallError extends Error {
  override name = "ServiceCallError";
}

export type CallSubgraph = <T>(target: string, query: string, variables: object, traceId: string) => Promise<T>;

/** Makes calls as `service`; each has a deadline of `timeoutMs`. Any GraphQL error in the answer throws ServiceCallError. */
export function createServiceCalls(options: {
  service: string;
  sign: Signer;
  urls: Readonly<Record<string, string>>;
  timeoutMs?: number;
}): CallSubgraph {
  return async function callSubgraph<T>(target: string, query: string, variables: object, traceId: string): Promise<T> {
    const url = options.urls[target];
    if (!url) throw new ServiceCallError(`no address for ${target}: add it to SUBGRAPH_URLS`);
    const token = await options.sign({ kind: "service", service: options.service }, target);
    try {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${token}`,
          traceparent: traceparent(traceId),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(options.timeoutMs ?? 3_000),
      });
      const answer = (await response.json()) as { data?: T; errors?: { message: string }[] };
      if (answer.errors?.length || !answer.data)
        throw new Error(answer.errors?.[0]?.message ?? `status ${response.status}`);
      return answer.data;
    } catch (error) {
      throw new ServiceCallError(`${target} did not answer: ${error instanceof Error ? error.message : "unknown"}`, {
        cause: error,
      });
    }
  };
}

/** What a request needs to ask another service. */
export type Asking = { callSubgraph: CallSubgraph; log: Pick<Log, "warn">; traceId: string };

/** The data of a call on behalf of a client's request. Throws SUBGRAPH_UNAVAILABLE when the other service does not answer. */
export async function askSubgraph<T>(asking: Asking, target: string, query: string, variables: object): Promise<T> {
  try {
    return await asking.callSubgraph<T>(target, query, variables, asking.traceId);
  } catch (error) {
    if (!(error instanceof ServiceCallError)) throw error;
    asking.log.warn({ err: error, target }, "a subgraph did not answer");
    throw graphqlError("SUBGRAPH_UNAVAILABLE");
  }
}
