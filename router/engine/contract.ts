/** What the engine asks of its surroundings and what it gives back; nothing here knows HTTP. */
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from "graphql";

/** One request to a subgraph. `body` is the ready JSON text of the GraphQL request; the other fields say the same in parts. */
export type SubgraphRequest = {
  readonly subgraph: string;
  /** Address from the supergraph file; may be empty. */
  readonly url: string;
  readonly query: string;
  readonly operationName?: string;
  /** Read from `body` when asked for: cheap to ignore. */
  readonly variables: Record<string, unknown>;
  readonly body: string;
  readonly kind: "query" | "mutation";
  /** What the caller of `execute` handed over. */
  readonly context: unknown;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

/** A subgraph's answer: JSON text, or the parsed value. */
export type SubgraphAnswer = { body: string } | { json: unknown };

/** Sends one request; throws (best a GraphQLError with a code) when no answer came. */
export type FetchSubgraph = (request: SubgraphRequest) => Promise<SubgraphAnswer>;

export type EngineOptions = {
  supergraphSdl: string;
  fetchSubgraph: FetchSubgraph;
  /** Plans kept, default 1000. */
  planCacheSize?: number;
  /** Whether a label of a progressive `@override` holds for this request; `percent(n)` labels are drawn. Default: none holds. */
  isLabelActive?: (label: string, context: unknown) => boolean;
};

export type EngineRequest = {
  query: string | DocumentNode;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  context?: unknown;
  signal?: AbortSignal | undefined;
  /** Labels of progressive `@override` that hold; overrides `isLabelActive`. */
  labels?: ReadonlySet<string>;
  /** Whether the client takes `@defer`red parts later; otherwise they come at once. */
  defer?: boolean;
  /** The schema that the document was validated against, where a newer one may have come since. */
  schema?: GraphQLSchema;
};

/** What a deferred fragment adds to the object at `path`; null where a non-null field of it has no value. */
export type IncrementalPart = {
  label?: string;
  path: (string | number)[];
  data: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
};

/** An answer in parts (incremental delivery, the form of 2022-08-24). Ending the iteration early ends what is still asked. */
export type IncrementalResult = {
  initialResult: ExecutionResult & { hasNext: boolean };
  subsequentResults: AsyncIterable<{ incremental: IncrementalPart[]; hasNext: boolean }>;
};

export type Engine = {
  /** What clients may ask; another object after each `load`. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** The whole way: parse, validate, coerce variables, plan, execute, shape. Never rejects for what a client or a subgraph did. */
  execute(request: EngineRequest): Promise<ExecutionResult | IncrementalResult>;
  /** The same for a document already validated against this engine's schema. */
  executeValid(request: EngineRequest & { query: DocumentNode }): Promise<ExecutionResult | IncrementalResult>;
  /** Replaces the graph at once; requests in flight keep theirs. Throws, and keeps the old one, when the new one is no supergraph. */
  load(supergraphSdl: string): void;
  /** The same, after the operations used last have been planned for the new graph; rejects where `load` throws. A later load prevails. */
  loadWarm(supergraphSdl: string): Promise<void>;
};
