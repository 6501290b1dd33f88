/** The graph of the development system: composed in this process, which keeps the composer warm. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compose } from "../../schema/compose.ts";

/** Writes `text` unless the file holds it already. */
function write(file: string, text: string): void {
  if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

/** Composes the contracts under `root`; answers what publishes the result to the router. Throws CompositionError, with nothing written. */
export function composed(root: string): () => void {
  const { supergraph, api } = compose(root);
  return () => {
    write(join(root, "schema/api.graphql"), api);
    // Last, since the router takes it up as soon as it changes.
    write(join(root, "schema/supergraph.graphql"), supergraph);
  };
}

/** Runs one of the checkout's own scripts; what it complains about goes to the terminal. Answers when it has ended. */
const script = (root: string, ...args: string[]): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });

/** Writes what else follows from the contracts of these subgraphs and does not serve: resolver types, contracts of variants. */
export async function writeRest(root: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await script(root, "tools/codegen.ts", ...names);
  await script(root, "schema/compose.ts");
}
