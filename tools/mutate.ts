/** `npm run mutate [-- --only PATH …]`: breaks the code on purpose, one mutant at a time, and lists what no test noticed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { readCommandLine, refuseCommandLine } from "../kit/server/command.ts";

const root = join(import.meta.dirname, "..");

const command = {
  name: "npm run mutate",
  does: "Breaks subgraphs/*/domain, kit and schema/check on purpose, one mutant at a time, and lists what no test noticed.",
  options: {
    only: { kind: "text", value: "PATH", many: true, help: "a file or folder of these; may be repeated" },
    postgres: { kind: "flag", help: "mutate kit alone, and run its tests that need a Postgres too" },
    workers: { kind: "whole", least: 1, most: 64, default: 1, help: "mutants at a time" },
    json: { kind: "text", value: "FILE", help: "write Stryker's report there" },
  },
  more: ["The last lines are the score of each folder: docs/mutation.md has the last ones."],
} as const;

/** A run without a result; what Stryker printed says why. */
class MutationError extends Error {
  override name = "MutationError";
}

type Mutant = {
  status: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number; column: number }; end: { line: number; column: number } };
};

/** Stryker's report: https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema */
export type MutationReport = { files: Readonly<Record<string, { source: string; mutants: readonly Mutant[] }>> };

type Score = { folder: string; killed: number; all: number };

/** Mutants that a test noticed: by failing, or by never ending. */
const isNoticed = ({ status }: Mutant) => status === "Killed" || status === "Timeout";

/** Code that does not run at all is no mutant. */
const isMutant = ({ status }: Mutant) => status !== "CompileError" && status !== "RuntimeError";

/** Killed and all mutants of each folder, by name. */
export function scores({ files }: MutationReport): Score[] {
  const folders = Map.groupBy(Object.entries(files), ([file]) => dirname(file));
  return [...folders]
    .map(([folder, inside]) => {
      const mutants = inside.flatMap(([, file]) => file.mutants).filter(isMutant);
      return { folder, killed: mutants.filter(isNoticed).length, all: mutants.length };
    })
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** `file:line:column mutator: what stood there → what stands there` of each mutant that no test noticed. */
export function survivors({ files }: MutationReport): string[] {
  return Object.entries(files).flatMap(([name, { source, mutants }]) => {
    const lines = source.split("\n");
    return mutants
      .filter((mutant) => isMutant(mutant) && !isNoticed(mutant))
      .map(({ mutatorName, replacement = "", status, location: { start, end } }) => {
        const first = lines[start.line - 1] ?? "";
        const was = first.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined).trim();
        const is = replacement.replaceAll(/\s+/g, " ").slice(0, 60);
        const how = status === "NoCoverage" ? " (no test runs it)" : "";
        return `${name}:${start.line}:${start.column} ${mutatorName}: ${was.slice(0, 80)} → ${is}${how}`;
      });
  });
}

const isSource = (file: string) => file.endsWith(".ts") && !/\.test\.ts$|\/testing\/|\/generated\//.test(file);

/** What is mutated, relative to the root. */
function sources(only: readonly string[], postgres: boolean): string[] {
  const all = globSync(
    postgres ? ["kit/**/*.ts"] : ["subgraphs/*/domain/**/*.ts", "kit/**/*.ts", "schema/check/*.ts"],
    {
      cwd: root,
    },
  ).filter(isSource);
  const wanted = only.map((path) => relative(root, join(root, path)));
  const missing = wanted.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) refuseCommandLine(command, `there is no ${missing.join(", ")}`);
  const isWanted = (file: string) =>
    wanted.length === 0 ||
    wanted.some((path) => (statSync(join(root, path)).isDirectory() ? file.startsWith(`${path}/`) : file === path));
  return all.filter(isWanted).sort();
}

const percent = ({ killed, all }: Omit<Score, "folder">) => `${((100 * killed) / Math.max(1, all)).toFixed(1)} %`;

/** The survivors, then one line for each folder. */
export function summary(report: MutationReport): string {
  const all = scores(report);
  const total = { killed: 0, all: 0 };
  for (const one of all) {
    total.killed += one.killed;
    total.all += one.all;
  }
  const rows = [...all, { folder: "all", ...total }];
  const width = Math.max(...rows.map(({ folder }) => folder.length));
  return rows
    .map(
      (row) => `${row.folder.padEnd(width)}  ${percent(row).padStart(7)}  ${row.killed} of ${row.all} mutants noticed`,
    )
    .join("\n");
}

/** Runs Stryker by `config` until it ends. A signal to stop is its own, so that it does not go on alone. */
async function stryker(config: string): Promise<unknown> {
  const child = spawn(join(root, "node_modules/.bin/stryker"), ["run", config], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [status] = await once(child, "close");
  return status;
}

/** Mutates `files`; Stryker's progress goes to the terminal, its report and its copies of the project into `folder`. */
async function mutate(
  files: readonly string[],
  workers: number,
  postgres: boolean,
  folder: string,
): Promise<MutationReport> {
  const report = join(folder, "report.json");
  const settings = {
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: `.config/mutate-vitest${postgres ? "-postgres" : ""}.ts`, related: true },
    mutate: files,
    coverageAnalysis: "perTest",
    reporters: ["progress-append-only", "json"],
    jsonReporter: { fileName: report },
    concurrency: workers,
    timeoutMS: 8_000,
    ignorePatterns: [".antar", "proof/bench", "router/bench"],
    // Stryker rewrites a tsconfig through an interface that TypeScript 7 does not have; nothing at run time reads ours.
    tsconfigFile: "none.json",
    disableTypeChecks: true,
    allowEmpty: true,
    // Outside, so that no other tool takes the copy for the project.
    tempDirName: join(folder, "copies"),
    cleanTempDir: "always",
    warnings: false,
  };
  const config = join(folder, "stryker.json");
  writeFileSync(config, JSON.stringify(settings));
  const status = await stryker(config);
  if (!existsSync(report)) throw new MutationError(`Stryker ended with ${String(status)} and no report`);
  return JSON.parse(readFileSync(report, "utf8")) as MutationReport;
}

async function run(): Promise<void> {
  const { values } = readCommandLine(command);
  const files = sources(values.only, values.postgres);
  if (files.length === 0) refuseCommandLine(command, "nothing there is mutated");
  const folder = mkdtempSync(join(tmpdir(), "antar-mutate-"));
  try {
    const report = await mutate(files, values.workers, values.postgres, folder);
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(report));
    for (const line of survivors(report)) console.log(line);
    console.log(summary(report));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof MutationError ? error.message : error);
    process.exitCode = 1;
  }
}
