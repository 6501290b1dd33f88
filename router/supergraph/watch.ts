/** Tells when a supergraph file has changed; a file that is replaced or written in pieces is read once it is quiet. */
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** How long a file must be quiet before it is read, milliseconds. */
const quietMs = 100;

/**
 * Calls `onChange` with the text of `file` each time it differs from the last; what `onChange` throws or rejects with goes to `onError`,
 * as does a file that cannot be read. Answers the end of watching.
 */
export function watchFile(
  file: string,
  last: string,
  onChange: (text: string) => void | Promise<void>,
  onError: (error: unknown) => void,
): () => void {
  let known = last;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    try {
      const text = await readFile(file, "utf8");
      if (text === known) return;
      known = text;
      await onChange(text);
    } catch (error) {
      onError(error);
    }
  };
  // The folder is watched, not the file: editors and deployments put a new file in the place of the old one.
  const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), quietMs).unref();
  });
  watcher.on("error", onError);
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
