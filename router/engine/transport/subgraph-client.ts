/** How the engine reaches subgraphs over HTTP: headers from outside, kept connections, shared answers, no telling error. */
import type { FetchSubgraph, SubgraphRequest } from "../contract.ts";
import { lostAnswer } from "../run/subgraph-answer.ts";
import { answerUntil, createInFlight, type Call } from "./in-flight.ts";
import { createPost, NeverSent, type PostAnswer, type PostOptions } from "./pooled-post.ts";

export type SubgraphClientOptions = PostOptions & {
  /** Addresses that replace those of the supergraph, by subgraph. */
  urls: Readonly<Record<string, string>>;
  /** Headers of one request; all but `traceparent` tell requests apart when answers are shared. */
  headers(request: SubgraphRequest): Promise<Record<string, string>> | Record<string, string>;
  /** Whether a GraphQL answer counts that came with this HTTP status of 300 or more: see `refusesRequest`. */
  acceptStatus(status: number): boolean;
  onFailure(error: unknown, request: SubgraphRequest): void;
};

const fixedHeaders = {
  "content-type": "application/json",
  accept: "application/graphql-response+json, application/json",
};

/** The subgraph answered with a status that is no answer. */
class FailedStatus extends Error {
  override name = "FailedStatus";
  readonly status: number;
  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

/** Whether a request that failed surely had no effect: it never left, or was refused before anything ran. */
const isWithoutEffect = (error: unknown): boolean =>
  error instanceof NeverSent || (error instanceof FailedStatus && error.status < 500);

/**
 * Whether a subgraph's status says that the request itself is refused: its GraphQL errors then keep their codes. 401 is not of
 * these: it refuses the router, whose clients can do nothing about it.
 */
export const refusesRequest = (status: number): boolean => status >= 400 && status < 500 && status !== 401;

/** Everything but the body that tells requests apart when answers are shared. */
function kindOf(url: string, headers: Record<string, string>): string {
  let kind = url;
  for (const name in headers) if (name !== "traceparent") kind += `\n${name}:${headers[name]}`;
  return kind;
}

const alone = (signal: AbortSignal, call: Call<PostAnswer>): Promise<PostAnswer> =>
  answerUntil(call, signal, () => call.abort(signal.reason));

const isGraphql = ({ contentType }: PostAnswer): boolean =>
  /^application\/(?:graphql-response\+)?json\b/i.test(contentType);

/** A `FetchSubgraph` over HTTP, and the end of its connections. */
export function createSubgraphClient(options: SubgraphClientOptions): {
  fetchSubgraph: FetchSubgraph;
  close(): Promise<void>;
} {
  const { post, close } = createPost(options);
  const share = createInFlight<PostAnswer>();

  async function fetchSubgraph(request: SubgraphRequest): Promise<{ body: string }> {
    let isReady = false;
    try {
      const url = options.urls[request.subgraph] ?? request.url;
      const own = await options.headers(request);
      const headers = { ...fixedHeaders, ...own };
      const start = () => post(url, headers, request.body, request.kind === "query");
      isReady = true;
      const answer = await (request.kind === "query"
        ? share(kindOf(url, own), request.body, request.signal, start)
        : alone(request.signal, start()));
      const isFine = answer.status >= 200 && answer.status < 300;
      if (!isFine && !(options.acceptStatus(answer.status) && isGraphql(answer))) throw new FailedStatus(answer.status);
      return { body: answer.body };
    } catch (error) {
      options.onFailure(error, request);
      throw lostAnswer(isReady && !isWithoutEffect(error) ? request.kind : "query");
    }
  }
  return { fetchSubgraph, close };
}
