/** Tells which files of the checkout change, many at a time. */
import { watch } from "node:fs";
import { join } from "node:path";

/** Editors and generators write in bursts: a change is told once it has been quiet for so long, milliseconds. */
const quietMs = 60;

/** Where what runs lies. */
const rooms = ["kit", "router", "schema", "subgraphs", "demo"];

/**
 * Calls `onChange` with the changed paths (relative to `root`), one call at a time: what changes meanwhile is told by the next.
 * Answers the end of watching.
 */
export function watchCheckout(root: string, onChange: (paths: ReadonlySet<string>) => Promise<void>): () => void {
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const tell = async () => {
    if (busy || changed.size === 0) return;
    busy = true;
    const paths = changed;
    changed = new Set();
    try {
      await onChange(paths);
    } finally {
      busy = false;
    }
    void tell();
  };
  const watchers = rooms.map((room) =>
    watch(join(root, room), { recursive: true }, (_event, name) => {
      if (name === null) return;
      changed.add(`${room}/${name.replaceAll("\\", "/")}`);
      clearTimeout(timer);
      timer = setTimeout(() => void tell(), quietMs);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
