/** What every bench of the system does around its measuring. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Measures in a folder that is removed afterwards, prints the result as JSON, and ends the process; a failure is one line and exit code 1. */
export async function runBench(name: string, measure: (folder: string) => Promise<object>): Promise<never> {
  const folder = mkdtempSync(join(tmpdir(), `antar-bench-${name}-`));
  try {
    console.log(JSON.stringify(await measure(folder)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}
