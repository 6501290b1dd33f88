/** Durable memory: all objects in RAM, each change a line of an append-only journal that is replayed at start. */
import { readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../kit/server/folder.ts";
import { openJournal, type Disk, nodeDisk } from "./journal.ts";
import { newMemory, type Line, type Memory, type Put } from "./memory.ts";
import type { Kind, Records } from "./records.ts";

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

export type StoreOptions = {
  /** The journal is rewritten once it is larger than this and has doubled since it was last rewritten, bytes. */
  compactBytes: number;
  disk?: Disk;
};

/**
 * Opens the journal in `folder` (made when absent). A last line cut by a crash is dropped: it was never acknowledged.
 * A large journal is rewritten to what is still needed. Throws when the journal is damaged elsewhere.
 */
export async function openStore(folder: string, { compactBytes, disk = nodeDisk }: StoreOptions): Promise<Store> {
  makeFolder(folder, 0o700);
  const path = join(folder, "journal.jsonl");
  // A crash while rewriting leaves an unfinished copy; the journal itself was not touched.
  await rm(`${path}.new`, { force: true });
  const memory = newMemory();
  const bytes = await replay(path, memory);
  memory.forgetOld();
  const journal = await openJournal(path, { bytes, compactBytes, lines: memory.lines, disk });
  if (bytes > compactBytes) journal.compact();
  const record = (line: Line) => {
    memory.apply(line);
    journal.append(`${JSON.stringify(line)}\n`);
  };
  await journal.flushed();
  return {
    get: memory.get,
    all: memory.all,
    undelivered: () => [...memory.waiting],
    commit: (put) => void (put.length > 0 && record({ put })),
    delivered: (eventId) => record({ delivered: eventId }),
    flushed: journal.flushed,
    close: journal.close,
  };
}

/** Applies what the journal says; answers its size after a torn end was cut off. */
async function replay(path: string, memory: Memory): Promise<number> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await truncate(path, end);
  let start = 0;
  // Line by line: the whole journal may be longer than the longest string.
  for (let number = 1; start < end; number += 1) {
    const stop = bytes.indexOf(0x0a, start);
    try {
      memory.apply(JSON.parse(bytes.toString("utf8", start, stop)) as Line);
    } catch (cause) {
      throw new Error(`${path} is damaged at line ${number}; move it away to start empty`, { cause });
    }
    start = stop + 1;
  }
  return end;
}
