/** The file behind the store: lines are appended, and now and then it is rewritten to what is still needed. */
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

export type Journal = {
  append(line: string): void;
  /** Rewrites the file after what was appended so far, whatever its size. */
  compact(): void;
  /** Resolves once everything appended so far is on disk; rejects when the disk fails. */
  flushed(): Promise<void>;
  close(): Promise<void>;
};

/** The steps of rewriting a file, apart so that a test can end the process between any two of them. */
export type Disk = {
  openNew(path: string): Promise<FileHandle>;
  write(file: FileHandle, text: string): Promise<void>;
  sync(file: FileHandle): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
};

/** The file system. */
export const nodeDisk: Disk = {
  openNew: (path) => open(path, "w", 0o600),
  write: (file, text) => file.appendFile(text),
  sync: (file) => file.datasync(),
  rename,
  async syncFolder(path) {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  },
};

type Options = {
  /** Size of the file now. */
  bytes: number;
  compactBytes: number;
  /** All that has to be in the file, as of the call. */
  lines: () => Iterable<string>;
  disk: Disk;
};

/** Opens `path` for appending. Lines that arrive while the disk is busy share one write and one fsync. */
export async function openJournal(path: string, { bytes, compactBytes, lines, disk }: Options): Promise<Journal> {
  let file = await open(path, "a", 0o600);
  let size = bytes;
  let limit = Math.max(compactBytes, 2 * bytes);
  let tail: Promise<void> = Promise.resolve();
  let gathering: string[] | undefined;

  /** One step after the other; a failed one reaches whoever awaits flushed(), and ends what follows. */
  const then = (step: () => Promise<void>): void => {
    tail = tail.then(step);
    // This only keeps a failure from ending the process.
    tail.catch(() => {});
  };
  const write = async (text: string): Promise<void> => {
    await file.appendFile(text);
    await file.datasync();
    size += Buffer.byteLength(text);
    if (size > limit) await rewrite();
  };
  /**
   * Writes the copy, makes it durable, and puts it in the journal's place in one step: a crash at any point leaves
   * either the old journal whole or the new one. What was applied but not appended yet is in the copy already, and
   * appending it again changes nothing.
   */
  const rewrite = async (): Promise<void> => {
    const copied = await copy(path, lines(), disk).catch(() => null);
    if (copied === null) {
      // A full disk, say: the journal goes on as it is, and the next try waits until it has grown again.
      limit = size * 2;
      return;
    }
    await file.close();
    file = copied.file;
    size = copied.size;
    limit = Math.max(compactBytes, 2 * size);
    // Nothing is appended, and nobody answered, before the folder names the new file for good.
    await disk.syncFolder(dirname(path));
  };
  return {
    append(line) {
      if (gathering) return void gathering.push(line);
      const batch = [line];
      gathering = batch;
      then(() => {
        gathering = undefined;
        return write(batch.join(""));
      });
    },
    compact: () => then(rewrite),
    flushed: () => tail,
    close: () => tail.finally(() => file.close()),
  };
}

async function copy(path: string, lines: Iterable<string>, disk: Disk): Promise<{ file: FileHandle; size: number }> {
  const fresh = `${path}.new`;
  const file = await disk.openNew(fresh);
  let size = 0;
  try {
    for (const text of lines) {
      await disk.write(file, text);
      size += Buffer.byteLength(text);
    }
    await disk.sync(file);
    await disk.rename(fresh, path);
  } catch (error) {
    await file.close();
    await rm(fresh, { force: true });
    throw error;
  }
  return { file, size };
}
