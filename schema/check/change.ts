/** A change of the schema, with who is hit by it. */
import type { RegisteredOperation } from "../operations/registry.ts";

export type Verdict = "breaking" | "dangerous" | "safe";
export type SchemaChange = {
  /** Kind of change, as graphql-inspector names it: FIELD_REMOVED, … */
  kind: string;
  /** Coordinate such as `Order.state`; empty for a change of the schema as a whole. */
  path: string;
  message: string;
  verdict: Verdict;
  /** Registered operations that the change breaks, or that notice it when it breaks none. */
  operations: readonly RegisteredOperation[];
  /** Whether it breaks them. */
  breaks: boolean;
};
