/**
 * `npm run bench:router`: the same operations through each router in turn, interleaved, on one core of its own; answers are compared first.
 * `-- --memory [--requests N] [--operations M] [--json] [--write]`: the memory of our router alone, see memory/run.ts.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommandLine, requireKnown } from "../../kit/server/command.ts";
import { differing } from "./answers.ts";
import { askHelper, forkHelper, startRouter, stopAll, type RunningRouter } from "./children.ts";
import { contenders, type Contender } from "./contenders.ts";
import { runMemory } from "./memory/run.ts";
import { measure, summarise, type Sample } from "./measure.ts";
import { guard, report, table, writeResults, type Results } from "./report.ts";
import { saturating, scenarios, signing, type Scenario } from "./scenarios.ts";
import { signIn, type SignedIn } from "./signed-in.ts";
import { composeWorkload } from "./supergraph.ts";
import { findWorkload } from "./workload/find.ts";

const command = {
  name: "npm run bench:router",
  does: "The same operations through each router in turn, interleaved, on one core of its own.",
  options: {
    json: { kind: "flag", help: "print the summary as JSON only" },
    rounds: { kind: "whole", least: 1, default: 3, help: "how often each scenario is measured" },
    seconds: { kind: "number", least: 0.1, default: 4, help: "how long each measurement takes" },
    only: { kind: "text", value: "SCENARIO", many: true, help: "measure this scenario only; may be repeated" },
    peer: { kind: "text", value: "NAME=COMMAND", many: true, help: "one more router; may be repeated" },
    write: { kind: "flag", help: "write the results into the documentation" },
    guard: { kind: "flag", help: "exit with 1 where a ratio got worse than the committed one" },
    memory: { kind: "flag", help: "show our router's memory over many requests instead" },
    requests: { kind: "whole", least: 1, default: 1_000_000, help: "with --memory: how many requests" },
    operations: { kind: "whole", least: 1, default: 1_000, help: "with --memory: how many different operations" },
  },
} as const;
const { values: options } = readCommandLine(command);
requireKnown(
  command,
  "scenario",
  options.only,
  scenarios.map(({ name }) => name),
);
const { rounds } = options;
const durationMs = options.seconds * 1000;
const wanted = scenarios.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const say = (line: string) => console.error(line);

/** What a caller's token is; none where each request carries one of its own. */
const tokensOf = ({ callers }: Scenario, { tokens }: SignedIn): readonly string[] =>
  callers === "each another" ? [] : callers === "the same" ? ["the-same-client"] : tokens;

async function runWorkload(name: string, folder: string, signedIn: SignedIn, results: Results): Promise<void> {
  const workload = findWorkload(name);
  const subgraphs = forkHelper("subgraphs.ts", name);
  const { urls } = await new Promise<{ urls: Record<string, string> }>((done) => subgraphs.once("message", done));
  const load = forkHelper("load.ts");
  const file = join(folder, `${name}.graphql`);
  writeFileSync(file, composeWorkload(workload, urls));
  const measured = wanted.filter((one) => one.workload === name);
  const everyone: { contender: Contender; router: RunningRouter }[] = [];
  for (const contender of contenders(options.peer, signedIn)) {
    if (!measured.some((scenario) => contender.takesPart?.(scenario) ?? true)) continue;
    say(`${name}: starting ${contender.name}`);
    everyone.push({ contender, router: await startRouter(contender, file) });
  }
  const everyRouter = everyone.map(({ router }) => router);
  /** The others are stopped: what they clean up after their own turn would be taken from the one that is measured. */
  const runAlone = (one: RunningRouter) => {
    for (const { pid } of everyRouter) process.kill(pid, pid === one.pid ? "SIGCONT" : "SIGSTOP");
  };
  const slowest = () => Math.min(...Object.values(results[saturating]?.contenders ?? {}).map(({ rps }) => rps));
  for (const scenario of measured) {
    const operation = workload.operations[scenario.operation];
    if (!operation) throw new Error(`${scenario.name} has no operation`);
    await askHelper(subgraphs, { behave: { ...scenario.behaviour(workload.failing), varying: false } });
    for (const { pid } of everyRouter) process.kill(pid, "SIGCONT");
    const routers = everyone.flatMap(({ contender, router }) =>
      (contender.takesPart?.(scenario) ?? true) ? router : [],
    );
    const tokens = tokensOf(scenario, signedIn);
    const differences = await differing(routers, operation, tokens[0] ?? "check");
    const able = routers.filter((router) => !differences.has(router.name));
    await askHelper(subgraphs, { behave: scenario.behaviour(workload.failing) });
    const rate = scenario.rateShare === null ? null : Math.round(slowest() * scenario.rateShare);
    if (rate !== null && !Number.isFinite(rate))
      throw new Error(`${scenario.name} needs ${saturating} in the same run`);
    const helpers = { subgraphs, load, tokens };
    // Processes that just started have nothing compiled yet.
    const warmUpMs = scenario === measured[0] || scenario.name === signing ? 3 * durationMs : durationMs / 2;
    const samples = new Map<string, Sample[]>(able.map((router) => [router.name, []]));
    for (let round = 0; round <= rounds; round += 1)
      for (const router of able) {
        runAlone(router);
        // After a rest V8 has given its memory back, and works more for a while.
        if (round > 0) await measure(router, scenario, rate, durationMs / 2, helpers);
        const sample = await measure(router, scenario, rate, round === 0 ? warmUpMs : durationMs, helpers);
        // Round 0 warms up.
        if (round > 0) samples.get(router.name)?.push(sample);
      }
    results[scenario.name] = {
      rate,
      differences: Object.fromEntries(differences),
      contenders: Object.fromEntries([...samples].map(([router, taken]) => [router, summarise(taken)])),
    };
    say(table(scenario.name, results[scenario.name]));
  }
  stopAll();
}

async function compareRouters(folder: string): Promise<void> {
  const results: Results = {};
  const signedIn = await signIn();
  for (const name of new Set(wanted.map(({ workload }) => workload)))
    await runWorkload(name, folder, signedIn, results);
  signedIn.stop();
  const summary = report(results);
  if (options.write) writeResults(summary);
  if (!options.json) say(summary.goals.map((goal) => goal.line).join("\n"));
  console.log(JSON.stringify(summary));
  if (options.guard) process.exitCode = guard(summary);
}

const folder = mkdtempSync(join(tmpdir(), "antar-bench-"));
try {
  if (options.memory)
    process.exitCode = await runMemory({
      requests: options.requests,
      operations: options.operations,
      json: options.json,
      write: options.write,
    });
  else await compareRouters(folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  stopAll();
  rmSync(folder, { recursive: true, force: true });
}
