/** How the gateway reaches a subgraph: with a router-signed identity, a deadline and no telling error. */
import { RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from "@apollo/gateway";
import type { GatewayGraphQLResponse } from "@apollo/server-gateway-interface";
import { GraphQLError } from "graphql";
import { graphqlError } from "../../kit/errors.ts";
import { refusesRequest } from "../engine/transport/subgraph-client.ts";
import type { Signer } from "../../kit/access/identity.ts";
import type { RouterContext } from "../http/context.ts";
import { subgraphHeaders } from "./subgraph-headers.ts";

/** The answer that the gateway made an error of, with its status; undefined where there was none. */
function failedAnswer(error: unknown): { status: number; body: unknown } | undefined {
  return error instanceof GraphQLError
    ? (error.extensions["response"] as { status: number; body: unknown } | undefined)
    : undefined;
}

/** What a subgraph says that refuses the request itself: its errors, with their codes. */
function refusal(error: unknown): GatewayGraphQLResponse | undefined {
  const { status = 0, body } = failedAnswer(error) ?? {};
  const errors = typeof body === "object" && body !== null && "errors" in body ? body.errors : undefined;
  return refusesRequest(status) && Array.isArray(errors) ? { errors } : undefined;
}

/** Codes of node's fetch where no connection was had. */
const unconnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether a request that failed surely had no effect: it never left, or was refused before anything ran. */
function isWithoutEffect(error: unknown): boolean {
  const answer = failedAnswer(error);
  if (answer) return answer.status < 500;
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return unconnected.has(String(cause?.code));
}

/** A data source for `name` at `url`; `timeoutMs` is the longest wait for its answer. */
export class SignedDataSource extends RemoteGraphQLDataSource<RouterContext> {
  readonly #name: string;
  readonly #sign: Signer;

  constructor(options: { name: string; url: string; sign: Signer; timeoutMs: number }) {
    super({
      url: options.url,
      // node's fetch keeps connections alive; its types differ from the gateway's older ones.
      fetcher: ((url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(options.timeoutMs) })) as never,
      honorSubgraphCacheControlHeader: false,
    });
    this.#name = options.name;
    this.#sign = options.sign;
  }

  override async willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<RouterContext>): Promise<void> {
    // The gateway loads its schema without a request; nothing is sent to subgraphs then.
    if (!("identity" in context) || !request.http) return;
    const headers = await subgraphHeaders(this.#sign, this.#name, context as RouterContext);
    for (const [name, value] of Object.entries(headers)) request.http.headers.set(name, value);
  }

  override async process(
    options: GraphQLDataSourceProcessOptions<RouterContext>,
  ): ReturnType<RemoteGraphQLDataSource<RouterContext>["process"]> {
    try {
      return await super.process(options);
    } catch (error) {
      const refused = refusal(error);
      if (refused) return refused;
      if ("log" in options.context) options.context.log.warn({ err: error, subgraph: this.#name }, "subgraph failed");
      const mayHaveRun = /^mutation\b/.test(options.request.query ?? "") && !isWithoutEffect(error);
      throw graphqlError(mayHaveRun ? "OUTCOME_UNKNOWN" : "SUBGRAPH_UNAVAILABLE");
    }
  }
}
