/** All objects by kind, as the journal's lines make them. */
import { unixNow, type Kind, type Records } from "./records.ts";

/** An object as it is from now on. */
export type Put = { [K in Kind]: { kind: K; value: Records[K] } }[Kind];

/** A line of the journal: changes that belong together; a webhook that was taken; objects whose webhooks were taken before. */
export type Line = { put: Put[] } | { delivered: string } | { kept: Put[] };

/** How long an answer is kept under its idempotency key, and an event after its webhook was taken; Stripe keeps them so long at least. */
const answerLifeSeconds = 48 * 3600;
const eventLifeSeconds = 30 * 24 * 3600;

const linesPerBatch = 200;

export type Memory = ReturnType<typeof newMemory>;

/** An empty memory. */
export function newMemory() {
  const kinds = new Map<Kind, Map<string, unknown>>();
  const waiting = new Set<string>();
  const of = <K extends Kind>(kind: K): Map<string, Records[K]> => {
    if (!kinds.has(kind)) kinds.set(kind, new Map());
    return kinds.get(kind) as Map<string, Records[K]>;
  };
  const apply = (line: Line): void => {
    if ("delivered" in line) return void waiting.delete(line.delivered);
    for (const { kind, value } of "put" in line ? line.put : line.kept) {
      of(kind).set(value.id, structuredClone(value));
      if (kind === "event" && "put" in line) waiting.add(value.id);
    }
  };
  /** Drops answers and events that nobody can ask for any more. */
  const forgetOld = (): void => {
    const now = unixNow();
    for (const { id, created } of of("answer").values()) {
      if (created < now - answerLifeSeconds) of("answer").delete(id);
    }
    for (const { id, created } of of("event").values()) {
      if (created < now - eventLifeSeconds && !waiting.has(id)) of("event").delete(id);
    }
  };
  return {
    apply,
    forgetOld,
    waiting,
    get: <K extends Kind>(kind: K, id: string) => structuredClone(of(kind).get(id)),
    all: <K extends Kind>(kind: K): Records[K][] => [...of(kind).values()],
    /** The lines that make this memory as it is at the call, in batches of text; later changes do not show. */
    lines: (): Iterable<string> => {
      forgetOld();
      // Stored objects are replaced, never changed: holding on to them holds the moment.
      const puts = [...kinds].flatMap(([kind, values]) =>
        [...values.values()].map((value) => ({ kind, value }) as Put),
      );
      return written(puts, new Set(waiting));
    },
  };
}

function* written(puts: readonly Put[], waiting: ReadonlySet<string>): Generator<string> {
  for (let start = 0; start < puts.length; start += linesPerBatch) {
    const batch = puts.slice(start, start + linesPerBatch);
    const lines = batch.map((put): Line => (waiting.has(put.value.id) ? { put: [put] } : { kept: [put] }));
    yield lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  }
}
