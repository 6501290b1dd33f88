/** `npm run bench:guard`: times and memory of every hostile input, and a small router under thousands of large documents. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../../../kit/server/command.ts";
import { machine } from "../../../router/bench/machine.ts";
import { runBench } from "../run-bench.ts";
import { table } from "./measure.ts";
import { survive } from "./survival.ts";
import { measureSystem } from "./whole-system.ts";

const { values: options } = readCommandLine({
  name: "npm run bench:guard",
  does: "Times and memory of every hostile input: docs/benchmarks/guard.md",
  options: {
    documents: { kind: "whole", least: 10, default: 2_000, help: "distinct documents that the small router gets" },
    write: { kind: "flag", help: "writes docs/benchmarks/guard.md" },
  },
});

await runBench("guard", async (folder) => {
  const rows = await measureSystem(join(folder, "system"));
  const survival = await survive(folder, options.documents);
  const page = [
    "# Hostile inputs",
    "",
    "Written by `npm run bench:guard -- --write`: each input five times, one after the other, against a whole system with demo data in",
    "one process. What is refused asks no subgraph; what is allowed has to be answered in 2 s and 200 MB.",
    "",
    `- machine: ${machine()}`,
    "",
    ...table(rows),
    "",
    "## Thousands of distinct documents",
    "",
    `A router of its own with \`--max-old-space-size=1024\` got ${survival.documents} distinct documents of ten kilobytes, and answered`,
    `${survival.answered} of them in ${Math.round(survival.elapsedMs / 1_000)} s. Its resident memory after each tenth: ${survival.residentMb.join(", ")} MB.`,
    "",
  ].join("\n");
  if (options.write) writeFileSync(join(import.meta.dirname, "../../../docs/benchmarks/guard.md"), page);
  else console.error(page);
  return { rows, survival };
});
