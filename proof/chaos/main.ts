/** `npm run chaos`: orders under faults, then the invariants. See docs/chaos.md. */
import { readCommandLine } from "../../kit/server/command.ts";
import { commandLine } from "./arguments.ts";
import { passed, run } from "./run.ts";

try {
  const { seed = Math.floor(Math.random() * 1_000_000), json, ...options } = readCommandLine(commandLine).values;
  const began = performance.now();
  // With --json the last line alone goes to standard output.
  const print = json ? console.error : console.log;
  const tell = (line: string) => print(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
  const report = await run({ ...options, seed, tell });
  console.log(JSON.stringify(report));
  process.exit(passed(report) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
