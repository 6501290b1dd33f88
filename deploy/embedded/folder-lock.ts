/** One process per data folder: a lock that the operating system lifts when its holder ends, however that ends. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** SQLite's own numbers: someone else holds the lock; the file is no lock at all. https://sqlite.org/rescode.html */
const busy = 5;

/** The holder's process number, for whoever is refused; it is only a hint and may be missing. */
function holderOf(folder: string): string {
  try {
    return `process ${Number.parseInt(readFileSync(join(folder, "lock.pid"), "utf8"), 10)}`;
  } catch {
    return "another process";
  }
}

/**
 * Takes the folder for this process. Throws one line that says what to do when another process has it.
 * An empty SQLite file is the lock, since Node offers no file locks of its own: no leftover of it can be mistaken for a holder.
 */
export function lockFolder(folder: string): { release(): void } {
  const lock = new DatabaseSync(join(folder, "lock"));
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === busy)
      throw new Error(`data folder ${folder} is in use by ${holderOf(folder)}: stop it first`, { cause: error });
    throw new Error(`data folder ${folder} cannot be locked: remove ${join(folder, "lock")}`, { cause: error });
  }
  writeFileSync(join(folder, "lock.pid"), `${process.pid}\n`, { mode: 0o600 });
  return { release: () => lock.close() };
}
