/** Durable memory: all objects in RAM, each change a line of an append-only journal that is replayed at start. */
import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { unixNow, type Kind, type Records } from "./records.ts";

type Put = { [K in Kind]: { kind: K; value: Records[K] } }[Kind];
type Line = { put: Put[] } | { delivered: string };

export type Store = {
  /** A copy: changing it changes nothing stored. */
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  /** All of a kind, oldest first. */
  all<K extends Kind>(kind: K): Records[K][];
  /** Applies the changes at once and journals them as one line: after a crash either all are there or none. */
  commit(put: Put[]): void;
  /** Notes that an event's webhook was taken. */
  delivered(eventId: string): void;
  /** Events whose webhook was not taken yet, oldest first. */
  undelivered(): string[];
  /** Resolves once everything committed so far is on disk. No answer leaves before; rejects when the disk fails. */
  flushed(): Promise<void>;
  close(): Promise<void>;
};

const answerLifeSeconds = 48 * 3600;

/** Opens the journal in `folder` (made when absent). A last line cut by a crash is dropped: it was never acknowledged. Throws when the journal is damaged elsewhere. */
export async function openStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "journal.jsonl");
  const memory = newMemory();
  await replay(path, memory);
  const file = await open(path, "a", 0o600);
  const journal = newJournal(async (text) => {
    await file.appendFile(text);
    await file.datasync();
  });
  const record = (line: Line) => {
    memory.apply(line);
    journal.append(`${JSON.stringify(line)}\n`);
  };
  return {
    get: memory.get,
    all: memory.all,
    undelivered: () => [...memory.waiting],
    commit: (put) => void (put.length > 0 && record({ put })),
    delivered: (eventId) => record({ delivered: eventId }),
    flushed: journal.flushed,
    close: () => journal.flushed().finally(() => file.close()),
  };
}

function newMemory() {
  const kinds = new Map<Kind, Map<string, unknown>>();
  const waiting = new Set<string>();
  const of = <K extends Kind>(kind: K): Map<string, Records[K]> => {
    if (!kinds.has(kind)) kinds.set(kind, new Map());
    return kinds.get(kind) as Map<string, Records[K]>;
  };
  const apply = (line: Line): void => {
    if ("delivered" in line) return void waiting.delete(line.delivered);
    for (const { kind, value } of line.put) {
      of(kind).set(value.id, structuredClone(value));
      if (kind === "event") waiting.add(value.id);
    }
  };
  const get = <K extends Kind>(kind: K, id: string) => structuredClone(of(kind).get(id));
  const all = <K extends Kind>(kind: K) => [...of(kind).values()];
  return { apply, get, all, waiting, of };
}

async function replay(path: string, memory: ReturnType<typeof newMemory>): Promise<void> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await truncate(path, end);
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  for (const [index, text] of lines.entries()) {
    try {
      memory.apply(JSON.parse(text) as Line);
    } catch (cause) {
      throw new Error(`${path} is damaged at line ${index + 1}; move it away to start empty`, {
        cause,
      });
    }
  }
  const oldest = unixNow() - answerLifeSeconds;
  for (const answer of memory.all("answer")) if (answer.created < oldest) memory.of("answer").delete(answer.id);
}

/** Joins lines that arrive while the disk is busy into one write and one fsync. */
function newJournal(write: (text: string) => Promise<void>) {
  let tail: Promise<void> = Promise.resolve();
  let gathering: string[] | undefined;
  const append = (line: string): void => {
    if (gathering) return void gathering.push(line);
    const batch = [line];
    gathering = batch;
    tail = tail.then(() => {
      gathering = undefined;
      return write(batch.join(""));
    });
    // A failed write reaches whoever awaits flushed(); this only keeps it from ending the process.
    tail.catch(() => {});
  };
  return { append, flushed: () => tail };
}
