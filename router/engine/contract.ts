/** What the engine asks of its surroundings and what it gives back; nothing here knows HTTP. */
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import type { GivenScalars } from "./state/given-scalars.ts";

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
  /** Scalars of the graph whose values are checked before anything is planned; those of other names take any value. Default none. */
  scalars?: GivenScalars;
  /** Bytes of memory that kept plans may take by estimate; default 200 MB. */
  planCacheBytes?: number;
  /** Objects and list elements that one answer may have; default a million. */
  maxElements?: number;
  /** Longest planning of one operation, milliseconds; default 5000. */
  planningLimitMs?: number;
  /** Whether a label of a progressive `@override` holds for this request; `percent(n)` labels are drawn. Default: none holds. */
  isLabelActive?: (label: string, context: unknown) => boolean;
  /** Told of each operation that had to be planned for a request, with the milliseconds that it took. */
  onPlan?: (operationName: string | undefined, elapsedMs: number) => void;
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

/** What a warm-up did. */
export type WarmUp = {
  /** Plans made; an operation has one for each set of values of its conditions. */
  planned: number;
  /** Operations that are not valid for the graph. */
  unknown: number;
  /** What could not be planned, by name; whoever asks for it is told why. */
  failed: readonly { operation: string; error: Error }[];
  /** Operations that it did not come to: the cache was full, the time was over, or a newer graph came. */
  left: number;
  elapsedMs: number;
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
  /** The same, after the operations used last and `documents` have been planned for the new graph; rejects where `load` throws. A later load prevails. */
  loadWarm(supergraphSdl: string, documents?: Iterable<string>): Promise<WarmUp>;
  /** Plans the operations of `documents` ahead, for the present graph, while requests are answered. Never rejects. */
  warm(documents: Iterable<string>): Promise<WarmUp>;
  /** Ends what runs in the background. */
  stop(): void;
};
