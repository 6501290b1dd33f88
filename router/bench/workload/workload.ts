/** What a benchmark run asks, and of which graph. */
import type { GraphQLFieldResolver } from "graphql";

export type Operation = {
  name: string;
  query: string;
  /** The variables of the n-th request. */
  variables: (n: number) => Record<string, unknown>;
};

export type Workload = {
  name: string;
  /** SDL and resolvers of each subgraph, by name; fieldResolver answers fields without a resolver. */
  // oxlint-disable-next-line typescript/no-explicit-any -- resolvers' sources are whatever the workload makes them
  subgraphs: Record<string, { sdl: string; resolvers: object; fieldResolver?: GraphQLFieldResolver<any, unknown> }>;
  operations: Operation[];
  /** The subgraph that breaks in the scenario of one failing. */
  failing: string;
};
