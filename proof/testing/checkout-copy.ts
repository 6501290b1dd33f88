/** A copy of the checkout that a test may change. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** What the commands need; packages are shared by a link. */
const rooms = [
  "kit",
  "router",
  "schema",
  "subgraphs",
  "clients",
  "demo",
  "sandbox",
  "deploy",
  "proof",
  "tools",
  ".config",
  "docs",
];
const files = ["package.json", "package-lock.json", "tsconfig.json", "docker-compose.yml"];

/** The copy's folder, a way to edit its files, the environment for its commands, and its removal. */
export type CheckoutCopy = {
  root: string;
  read(path: string): string;
  /** Writes what `change` makes of the file's text; throws when that is the same. */
  edit(path: string, change: (text: string) => string): void;
  env: { PATH: string };
  remove(): void;
};

/** Copies what is checked out, with whatever is changed in it. */
export function copyCheckout(): CheckoutCopy {
  const folder = mkdtempSync(join(tmpdir(), "antar-copy-"));
  for (const name of [...rooms, ...files])
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => basename(path) !== "node_modules",
    });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  return {
    root: folder,
    read,
    edit(path, change) {
      const text = read(path);
      const changed = change(text);
      if (changed === text) throw new Error(`the edit of ${path} changes nothing`);
      writeFileSync(join(folder, path), changed);
    },
    env: {
      PATH: [join(root, "node_modules/.bin"), dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(
        delimiter,
      ),
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
