/** `npm run check`: every gate that needs no database. */
import { spawn, spawnSync } from "node:child_process";
import { readCommandLine } from "../kit/server/command.ts";

/** Name, command and arguments of each gate but the tests; all run from the root. Every one has a test that plants what it must find. */
export const gates: readonly (readonly [name: string, command: string, arguments_: readonly string[]])[] = [
  ["format", "oxfmt", ["--config", ".config/oxfmt.json", "--ignore-path", ".config/formatignore", "--check", "."]],
  ["lint", "oxlint", ["--config", ".config/oxlint.json", "--ignore-pattern", "**/generated/**"]],
  ["types", "tsc", ["--project", "."]],
  ["types of pages", "tsc", ["--project", "router/ide/page"]],
  ["codegen", "node", ["tools/codegen.ts", "--check"]],
  ["composition", "node", ["schema/compose.ts", "--check"]],
  ["schema rules", "node", ["schema/lint.ts"]],
  ["operations", "node", ["schema/operations/main.ts", "--check"]],
  ["resolvers", "node", ["tools/resolvers.ts"]],
  ["docs", "node", ["tools/docs.ts", "--check"]],
  ["boundaries", "node", ["tools/boundaries.ts"]],
  ["dead code", "knip", ["--config", ".config/knip.json"]],
];

const unitTests = ["unit tests", "vitest", ["run", "--config", ".config/vitest.ts", "--project", "unit"]] as const;

type Gate = (typeof gates)[number];

const seconds = (began: number) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/** Runs one gate, prints its output and whether it passed, and resolves to that. */
function run([name, command, arguments_]: Gate): Promise<boolean> {
  const began = performance.now();
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, arguments_, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => void (output += text));
    child.once("error", (error) => void (output += `${error.message}\n`));
    child.once("close", (status) => {
      process.stdout.write(`${output}${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds(began)})\n`);
      resolve(status === 0);
    });
  });
}

/** Runs all gates two at a time, then the unit tests alone since they use all cores; resolves to the names of those that failed. */
async function check(withTests: boolean): Promise<string[]> {
  const failed: string[] = [];
  const waiting = gates.values();
  const work = async () => {
    for (const gate of waiting) if (!(await run(gate))) failed.push(gate[0]);
  };
  await Promise.all([work(), work()]);
  if (!withTests) return failed;
  const began = performance.now();
  const [name, command, arguments_] = unitTests;
  const { status } = spawnSync(command, arguments_, { stdio: "inherit" });
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds(began)})`);
  return status === 0 ? failed : [...failed, name];
}

if (import.meta.main) {
  const { values } = readCommandLine({
    name: "npm run check",
    does: "Every gate that needs no database; exits with 1 where one fails.",
    options: { "gates-only": { kind: "flag", help: "leave out the unit tests, which npm test runs too" } },
  });
  const failed = await check(!values["gates-only"]);
  if (failed.length > 0) {
    console.error(`failed: ${failed.join(", ")}`);
    process.exitCode = 1;
  }
}
