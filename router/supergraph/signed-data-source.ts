/** How the gateway reaches a subgraph: with a router-signed identity, a deadline and no telling error. */
import { RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from "@apollo/gateway";
import { GraphQLError } from "graphql";
import { graphqlError } from "../../kit/errors.ts";
import type { Signer } from "../../kit/identity.ts";
import type { RouterContext } from "../http/context.ts";
import { subgraphHeaders } from "./subgraph-headers.ts";

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
      if ("log" in options.context) options.context.log.warn({ err: error, subgraph: this.#name }, "subgraph failed");
      if (error instanceof GraphQLError && error.extensions["code"] === "SUBGRAPH_UNAVAILABLE") throw error;
      throw graphqlError("SUBGRAPH_UNAVAILABLE");
    }
  }
}
