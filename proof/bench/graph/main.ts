/**
 * `npm run bench:graph`: the product's own operations end to end through the router over the demo world, for each variant in turn, interleaved.
 * The main figure is processor time per request; answers are checked and compared first.
 */
import { execFileSync } from "node:child_process";
import { readCommandLine, requireKnown } from "../../../kit/server/command.ts";
import { canonical } from "../../../router/bench/answers.ts";
import { runBench } from "../run-bench.ts";
import { gather } from "./cast.ts";
import { answersOf, load } from "./load.ts";
import { measure, summarise, type Sample } from "./measure.ts";
import { operationNames, productOperations, type Operation } from "./operations.ts";
import { loadNow, machine, ratiosOf, table, type Results, type Summary } from "./report.ts";
import { startVariants, type System } from "./system.ts";
import { parseVariant, usualVariants } from "./variants.ts";

const command = {
  name: "npm run bench:graph",
  does: "The product's own operations end to end, for each variant in turn: docs/benchmarks/graph.md",
  options: {
    json: { kind: "flag", help: "only the result, as JSON, goes to standard output" },
    rounds: { kind: "whole", least: 1, default: 5, help: "how often each operation is measured" },
    seconds: { kind: "number", least: 0.1, default: 3, help: "how long each measurement takes" },
    connections: { kind: "whole", least: 1, default: 8, help: "how many requests are in flight" },
    only: { kind: "text", value: "OPERATION", many: true, help: "measure this operation only; may be repeated" },
    variant: {
      kind: "text",
      value: "NAME[@FOLDER][,KEY=VALUE…]",
      many: true,
      help: "settings and checkout to compare; may be repeated (default: with and without prepared statements)",
    },
  },
} as const;
const { values: options } = readCommandLine(command);
requireKnown(command, "operation", options.only, operationNames());
const { rounds, seconds, connections } = options;
const variants = options.variant.length > 0 ? options.variant : usualVariants;
const durationMs = seconds * 1000;
/** Code that runs for the first hundreds of times is not compiled yet, and costs several times as much. */
const warmUpMs = 2_000;
const tell = (line: string) => (options.json ? console.error(line) : console.log(line));

/** How often answers are compared before they count as different: what happens meanwhile shows in one and not yet in the other. */
const tries = 10;

/** Checks each variant's answers, and that all give the same where that can be. */
async function check(system: System, operation: Operation): Promise<void> {
  for (let left = tries; ; left--) {
    const given = await Promise.all(system.running.map(({ graphqlUrl }) => answersOf(graphqlUrl, operation)));
    const [first, ...others] = given.map(canonical);
    if (!operation.isSteady || others.every((other) => other === first)) return;
    if (left === 1) throw new Error(`${operation.name}: the variants answer differently`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const commit = (): string | null => {
  try {
    const head = ["rev-parse", "--short", "HEAD"];
    return execFileSync("git", head, {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
};

async function measureAll(system: System): Promise<Results> {
  const { refreshed, cast } = await gather(system.running[0]?.graphqlUrl ?? "");
  const chosen = (all: Operation[]) =>
    all.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const first = chosen(productOperations(cast));
  for (const operation of first) {
    await check(system, operation);
    for (const { graphqlUrl } of system.running)
      await load(graphqlUrl, operation, { connections, durationMs: warmUpMs });
  }
  const samples = new Map<string, Map<string, Sample[]>>();
  for (let round = 1; round <= rounds; round++) {
    tell(`round ${round} of ${rounds}, load average ${loadNow()}`);
    // Whoever was first last time is second now.
    const order = round % 2 === 0 ? system.running.toReversed() : system.running;
    for (const operation of chosen(productOperations(await refreshed()))) {
      for (const running of order) {
        const sample = await measure(system, running, operation, { connections, durationMs });
        const ofOperation = samples.getOrInsertComputed(operation.name, () => new Map<string, Sample[]>());
        ofOperation.getOrInsertComputed(running.variant.name, () => []).push(sample);
      }
    }
  }
  const inOrder = ([name, byVariant]: [string, Map<string, Sample[]>]) =>
    [
      name,
      Object.fromEntries(
        system.running.map(({ variant }) => [variant.name, summarise(byVariant.get(variant.name) ?? [])]),
      ),
    ] as const;
  return Object.fromEntries([...samples].map(inOrder));
}

async function run(folder: string): Promise<Summary> {
  const before = loadNow();
  tell(`${machine()}; load average before ${before}`);
  const system = await startVariants(folder, variants.map(parseVariant), tell);
  try {
    const results = await measureAll(system);
    const loadAverage = { before, after: loadNow() };
    const ratios = ratiosOf(results);
    return { machine: machine(), commit: commit(), loadAverage, rounds, seconds, connections, results, ratios };
  } finally {
    await system.stop();
  }
}

await runBench("graph", async (folder) => {
  const summary = await run(folder);
  for (const [name, variants] of Object.entries(summary.results)) tell(table(name, variants));
  for (const [name, others] of Object.entries(summary.ratios))
    for (const [variant, { subgraphs, postgres, total }] of Object.entries(others))
      tell(`${name}: ${variant} takes ${subgraphs} of the subgraphs' time, ${postgres} of Postgres's, ${total} in all`);
  return summary;
});
