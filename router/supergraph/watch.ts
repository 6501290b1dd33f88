/**
 * Tells when a file has changed, whichever way: written in pieces, replaced, or behind symbolic links of which one was
 * replaced (Kubernetes swaps the `..data` link of a ConfigMap). Events of the file's own folder make it quick; looking at
 * what stands behind the path every few seconds makes it certain, since a link may be replaced in a folder that nobody watches.
 */
import { watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** How long a file must be unchanged before it is read, milliseconds. */
const quietMs = 100;

/** How often the file is looked at without any event, milliseconds. */
const defaultPollMs = 2_000;

/** What tells one state of the file behind a path from another; the code of the error where it cannot be looked at. */
async function stateOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}

export type WatchedFile = {
  file: string;
  /** The text that is known already. */
  last: string;
  /** Takes the text of `file` each time it differs from the last one. */
  onChange: (text: string) => void | Promise<void>;
  /** Takes what `onChange` throws or rejects with, and why the file cannot be read: once, until it changes again. */
  onError: (error: unknown) => void;
  pollMs?: number;
};

/** Reads the file when it is quiet in a new state. */
class FileWatch {
  readonly #options: WatchedFile;
  #known: string;
  /** The state that was read last, and the one that was seen last. */
  #read: string | undefined;
  #seen: string | undefined;
  #isLooking = false;
  #isStopped = false;
  #quiet: NodeJS.Timeout | undefined;

  constructor(options: WatchedFile) {
    this.#options = options;
    this.#known = options.last;
  }

  /** Looks now, and again once the file may be quiet. */
  readonly look = async (): Promise<void> => {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const state = await stateOf(this.#options.file);
    const isQuiet = state === this.#seen;
    this.#seen = state;
    if (state !== this.#read && isQuiet && !this.#isStopped) await this.#take(state);
    this.#isLooking = false;
    if (state !== this.#read) this.lookSoon();
  };

  /** Looks after a while; one look for any number of events. */
  readonly lookSoon = (): void => {
    if (this.#isStopped) return;
    this.#quiet ??= setTimeout(() => {
      this.#quiet = undefined;
      void this.look();
    }, quietMs).unref();
  };

  readonly stop = (): void => {
    this.#isStopped = true;
    clearTimeout(this.#quiet);
  };

  async #take(state: string): Promise<void> {
    const { file, onChange, onError } = this.#options;
    this.#read = state;
    try {
      const text = await readFile(file, "utf8");
      if (text === this.#known) return;
      this.#known = text;
      // Not waited for: what takes long to load must not keep a newer text waiting.
      void Promise.try(onChange, text).catch(onError);
    } catch (error) {
      onError(error);
    }
  }
}

/** Calls `onChange` until the end of watching, which is what it answers. */
export function watchFile(options: WatchedFile): () => void {
  const { file, onError, pollMs = defaultPollMs } = options;
  const files = new FileWatch(options);
  const poll = setInterval(() => void files.look(), pollMs).unref();
  // The folder is watched, not the file: editors and deployments put a new file in the place of the old one.
  const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name === null || name === basename(file) || name.startsWith("..")) files.lookSoon();
  });
  watcher.on("error", onError);
  return () => {
    clearInterval(poll);
    files.stop();
    watcher.close();
  };
}
