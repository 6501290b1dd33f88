/** Operations planned before anybody asks for them: those that were used last under the graph before, and those that are known to come. */
import { Kind, parse, validate, type DocumentNode } from "graphql";
import type { WarmUp } from "../contract.ts";
import { choose, deferMark, prepared, valueOfMark } from "./operation-cache.ts";
import type { SupergraphState } from "./supergraph-state.ts";

export type WarmUpOptions = {
  /** The state whose operations were used last. */
  previous?: SupergraphState | undefined;
  /** Texts of operations that are known to come. */
  documents?: Iterable<string> | undefined;
  signal?: AbortSignal | undefined;
};

/** Operations of the state before at most, and the longest time for all, milliseconds: a new graph is not kept back for long. */
const usedLimit = 200;
const longestMs = 30_000;

/** One plan to be made. */
type Planning = {
  document: DocumentNode;
  operationName: string | undefined;
  labels: ReadonlySet<string>;
  values: Record<string, boolean | null>;
  takesParts: boolean;
};
/** An operation, or a document of several: `plannings` are undefined where the graph does not know it. */
type Unit = { name: string; plannings(): readonly Planning[] | undefined };

/** Of so many names all combinations are foreseen; of more, that none holds and that all do. */
const mostCombined = 3;

function combinations(names: readonly string[]): string[][] {
  if (names.length > mostCombined) return [[], [...names]];
  return names.reduce<string[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
}

function validDocument(state: SupergraphState, text: string): DocumentNode | undefined {
  const document = parse(text);
  return validate(state.apiSchema, document).length > 0 ? undefined : document;
}

/** What a key of another state's cache stands for. */
function usedUnit(state: SupergraphState, key: string): Unit {
  const [name = "", active = "", values = "", ...lines] = key.split("\n");
  const plannings = () => {
    const document = validDocument(state, lines.join("\n"));
    if (!document) return undefined;
    const operationName = name === "" ? undefined : name;
    const names = choose(document, operationName).conditionVariables;
    return [
      {
        document,
        operationName,
        labels: new Set(active.split(",")),
        values: Object.fromEntries(names.map((each, index) => [each, valueOfMark(values[index])])),
        takesParts: values.endsWith(deferMark),
      },
    ];
  };
  return { name, plannings };
}

/** Every operation of a document, under all values of its conditions. */
function registeredUnit(state: SupergraphState, text: string): Unit {
  const plannings = () => {
    const document = validDocument(state, text);
    return document?.definitions.flatMap((node) => {
      if (node.kind !== Kind.OPERATION_DEFINITION || node.operation === "subscription") return [];
      const operationName = node.name?.value;
      const { conditionVariables: names, defers } = choose(document, operationName);
      return combinations(state.labels).flatMap((labels) =>
        combinations(names).flatMap((held) => {
          const values = Object.fromEntries(names.map((name) => [name, held.includes(name)]));
          const planning = { document, operationName, labels: new Set(labels), values };
          return (defers ? [true, false] : [false]).map((takesParts) => ({ ...planning, takesParts }));
        }),
      );
    });
  };
  return { name: /\b(?:query|mutation)\s+(\w+)/.exec(text)?.[1] ?? "", plannings };
}

class Tally {
  planned = 0;
  unknown = 0;
  readonly failed: { operation: string; error: Error }[] = [];

  /** Makes the plans of a unit; others run after each. */
  async make(state: SupergraphState, { name, plannings }: Unit): Promise<void> {
    try {
      const list = plannings();
      if (!list) this.unknown += 1;
      for (const { document, operationName, labels, values, takesParts } of list ?? []) {
        const count = () => (this.planned += 1);
        prepared(state, document, choose(document, operationName), labels, values, takesParts, count);
        await pause();
      }
    } catch (error) {
      this.failed.push({ operation: name, error: error as Error });
    }
    await pause();
  }
}

/** Lets others run. */
const pause = () => new Promise((resume) => setImmediate(resume));

/**
 * Prepares operations for `state`: first what was used last before, the latest first, then the registered ones. Between two
 * plans whatever else has come is done. Never rejects.
 */
export async function warmUp(
  state: SupergraphState,
  { previous, documents = [], signal }: WarmUpOptions,
): Promise<WarmUp> {
  const started = performance.now();
  const used = [...(previous?.prepared.keys() ?? [])].toReversed().slice(0, usedLimit);
  const units = [
    ...used.map((key) => usedUnit(state, key)),
    ...[...documents].map((text) => registeredUnit(state, text)),
  ];
  const tally = new Tally();
  let done = 0;
  for (const unit of units) {
    if (signal?.aborted || state.prepared.isFull || performance.now() - started > longestMs) break;
    await tally.make(state, unit);
    done += 1;
  }
  // What was made first is the least to be forgotten.
  if (previous) for (const key of [...state.prepared.keys()].toReversed()) state.prepared.get(key);
  const { planned, unknown, failed } = tally;
  return { planned, unknown, failed, left: units.length - done, elapsedMs: performance.now() - started };
}
