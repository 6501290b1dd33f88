/** Prepared operations, found again by what distinguishes them. */
import { print, type DocumentNode, type OperationDefinitionNode } from "graphql";
import type { PreparedOperation } from "./prepared.ts";
import { conditionVariables, findOperation, prepareOperation, reachedBy, usesDefer } from "./prepared-operation.ts";
import type { SupergraphState } from "./supergraph-state.ts";

/**
 * Keys of prepared operations. Documents are parsed once and used often: the same string each time spares hashing a long
 * text for every request.
 */
const mostKeys = 4;
const keys = new WeakMap<DocumentNode, Map<string, string>>();

function keyOf(document: DocumentNode, distinction: string): string {
  let known = keys.get(document);
  if (!known) keys.set(document, (known = new Map()));
  let key = known.get(distinction);
  if (key !== undefined) return key;
  key = `${distinction}\n${print(document)}`;
  // The values of many conditions make very many keys of one document.
  if (known.size < mostKeys) known.set(distinction, key);
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
    const operation = findOperation(document, operationName);
    const reached = reachedBy(operation, document);
    found = { operation, conditionVariables: conditionVariables(reached), defers: reached.some(usesDefer) };
    known.set(operationName, found);
  }
  return found;
}

/** Ends the part of a key that holds the values of conditions, where the client takes deferred parts later. */
export const deferMark = "+";

/** A condition's value. A variable of @defer that has none leaves it as it is by default; those of @skip and @include always have one. */
const conditionOf = (value: unknown): boolean | null => (value === null ? null : value !== false);

/** The same in one character; the reverse is `valueOfMark`. */
const valueMark = (value: unknown): string => (value === null ? "n" : value === false ? "0" : "1");
export const valueOfMark = (mark: string | undefined): boolean | null => (mark === "n" ? null : mark === "1");

/** The prepared operation from the cache, or made now; `onMade` is told then, with the milliseconds that it took. */
export function prepared(
  state: SupergraphState,
  document: DocumentNode,
  { operation, conditionVariables: names, defers }: Chosen,
  labels: ReadonlySet<string>,
  coerced: Record<string, unknown>,
  takesParts: boolean,
  onMade?: (operationName: string | undefined, elapsedMs: number) => void,
): PreparedOperation {
  const active = state.labels.length === 0 ? "" : state.labels.filter((label) => labels.has(label)).join(",");
  // What is an error anyway comes at once.
  const defer = defers && takesParts && names.every((name) => coerced[name] !== null);
  const values = names.map((name) => valueMark(coerced[name])).join("") + (defer ? deferMark : "");
  const key = keyOf(document, `${operation.name?.value ?? ""}\n${active}\n${values}`);
  const known = state.prepared.get(key);
  if (known) return known;
  const started = performance.now();
  const conditions = new Map(names.map((name) => [name, conditionOf(coerced[name])] as const));
  const made = prepareOperation(state, document, operation, { labels, conditions, defer });
  state.prepared.set(key, made);
  onMade?.(operation.name?.value, performance.now() - started);
  return made;
}
