/** Prepared operations: found again by what distinguishes them, and made ahead for a new supergraph. */
import { parse, print, validate, type DocumentNode, type OperationDefinitionNode } from "graphql";
import type { PreparedOperation } from "./prepared.ts";
import { conditionVariables, findOperation, prepareOperation, usesDefer } from "./prepared-operation.ts";
import type { SupergraphState } from "./supergraph-state.ts";

/**
 * Keys of prepared operations. Documents are parsed once and used often: the same string each time spares hashing a long
 * text for every request.
 */
const keys = new WeakMap<DocumentNode, Map<string, string>>();

function keyOf(document: DocumentNode, distinction: string): string {
  let known = keys.get(document);
  if (!known) keys.set(document, (known = new Map()));
  let key = known.get(distinction);
  if (key === undefined) known.set(distinction, (key = `${distinction}\n${print(document)}`));
  return key;
}

/** An operation of a document, and the variables on which its shape depends. */
export type Chosen = {
  operation: OperationDefinitionNode;
  conditionVariables: readonly string[];
  /** Whether the document defers anything. */
  defers: boolean;
};

const chosen = new WeakMap<DocumentNode, Map<string | undefined, Chosen>>();

/** The operation that `operationName` names; throws where there is none or the choice is open. */
export function choose(document: DocumentNode, operationName: string | undefined): Chosen {
  let known = chosen.get(document);
  if (!known) chosen.set(document, (known = new Map()));
  let found = known.get(operationName);
  if (!found) {
    found = {
      operation: findOperation(document, operationName),
      conditionVariables: conditionVariables(document),
      defers: usesDefer(document),
    };
    known.set(operationName, found);
  }
  return found;
}

/** Ends the part of a key that holds the values of conditions, where the client takes deferred parts later. */
const deferMark = "+";

/** The prepared operation from the cache, or made now. */
export function prepared(
  state: SupergraphState,
  document: DocumentNode,
  { operation, conditionVariables: names, defers }: Chosen,
  labels: ReadonlySet<string>,
  coerced: Record<string, unknown>,
  takesParts: boolean,
): PreparedOperation {
  const active = state.labels.length === 0 ? "" : state.labels.filter((label) => labels.has(label)).join(",");
  const defer = defers && takesParts;
  // A variable of @defer that has no value leaves it as it is by default; those of @skip and @include always have one.
  const values = names.map((name) => (coerced[name] === false ? "0" : "1")).join("") + (defer ? deferMark : "");
  const key = keyOf(document, `${operation.name?.value ?? ""}\n${active}\n${values}`);
  const known = state.prepared.get(key);
  if (known) return known;
  const conditions = new Map(names.map((name) => [name, coerced[name] !== false] as const));
  const made = prepareOperation(state, document, operation, { labels, conditions, defer });
  state.prepared.set(key, made);
  return made;
}

/** Operations made ahead at most, and the longest time for it, milliseconds: a new graph is not kept back for long. */
const warmUpLimit = 200;
const warmUpMs = 10_000;

function prepareAgain(next: SupergraphState, key: string): void {
  const [name = "", active = "", values = "", ...lines] = key.split("\n");
  const document = parse(lines.join("\n"));
  if (validate(next.apiSchema, document).length > 0) return;
  const choice = choose(document, name === "" ? undefined : name);
  const coerced = Object.fromEntries(choice.conditionVariables.map((each, index) => [each, values[index] === "1"]));
  prepared(next, document, choice, new Set(active.split(",")), coerced, values.endsWith(deferMark));
}

/**
 * Prepares for `next` what was used last under `previous`, the latest first. Others run in between; what the new graph no
 * longer knows is left out.
 */
export async function warmUp(next: SupergraphState, previous: SupergraphState): Promise<void> {
  const end = performance.now() + warmUpMs;
  for (const key of [...previous.prepared.keys()].toReversed().slice(0, warmUpLimit)) {
    if (performance.now() > end) return;
    await new Promise((resume) => setImmediate(resume));
    try {
      prepareAgain(next, key);
    } catch {
      // Whoever asks for it is told why it cannot be planned.
    }
  }
}
