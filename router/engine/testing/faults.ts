/** Faults on the level of data, so that two engines that fetch differently still meet the same ones. */
import { GraphQLError } from "graphql";

/** What goes wrong at a site. */
export const effects = ["error", "crash", "null", "holes", "down", "refused", "whine"] as const;

/**
 * - `error`: the resolver throws an error with a code · `crash`: one without · `null`: it answers null
 * - `holes`: the elements of its list are null (a value that is no list: null)
 * - `down`: the whole subgraph cannot be reached · `refused`: it answers errors and no data · `whine`: it answers its data and an error without a path
 */
export type Effect = (typeof effects)[number];

/** Where a resolver runs: a field (`Type.field`) or a reference (`@Type`) of one subgraph, on one row (`id` may be empty). */
export type Site = { readonly subgraph: string; readonly coordinate: string; readonly id: string };

/** One fault; `everyRow` makes it strike the coordinate whatever the row. */
export type Fault = Site & { readonly effect: Effect; readonly everyRow: boolean };

/** The faults of one execution, and what was touched and struck in it. */
export type Recorder = {
  readonly faults: readonly Fault[];
  readonly touched: Map<string, Site>;
  readonly struck: Set<Fault>;
};

/** A recorder for one execution. */
export const createRecorder = (faults: readonly Fault[] = []): Recorder => ({
  faults,
  touched: new Map(),
  struck: new Set(),
});

/** Effects that strike a whole subgraph. */
export const wholeSubgraph: readonly Effect[] = ["down", "refused", "whine"];

/** The effect that strikes a whole subgraph, or undefined. */
export function subgraphFault(recorder: Recorder, subgraph: string): Effect | undefined {
  const fault = recorder.faults.find((one) => one.subgraph === subgraph && wholeSubgraph.includes(one.effect));
  if (fault) recorder.struck.add(fault);
  return fault?.effect;
}

/** Runs a resolver at a site under the faults. Throws GraphQLError (`FAULT`) or Error where the fault says so. */
export function underFaults(recorder: Recorder, site: Site, resolve: () => unknown): unknown {
  recorder.touched.set(`${site.subgraph} ${site.coordinate} ${site.id}`, site);
  const fault = recorder.faults.find(
    (one) =>
      one.subgraph === site.subgraph &&
      one.coordinate === site.coordinate &&
      (one.everyRow || one.id === site.id) &&
      !wholeSubgraph.includes(one.effect),
  );
  if (!fault) return resolve();
  recorder.struck.add(fault);
  const place = `${site.coordinate} of ${site.subgraph}`;
  if (fault.effect === "error") throw new GraphQLError(`fault at ${place}`, { extensions: { code: "FAULT" } });
  if (fault.effect === "crash") throw new Error(`crash at ${place}`);
  if (fault.effect === "null") return null;
  const value = resolve();
  return Array.isArray(value) ? value.map((element, index) => (index % 2 === 0 ? null : element)) : null;
}
