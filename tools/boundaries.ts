/** Runs the import rules; zero modules read counts as a failure, since the reader then understood nothing. */
import { spawnSync } from "node:child_process";

const folder = process.argv[2] ?? ".";
const { stdout, stderr } = spawnSync(
  "depcruise",
  [
    "--config",
    ".config/dependency-cruiser.cjs",
    "--output-type",
    "json",
    ...(folder === "."
      ? ["kit", "router", "schema", "subgraphs", "clients", "demo", "sandbox", "deploy", "proof", "tools"]
      : [folder]),
  ],
  { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
);
if (!stdout) {
  console.error(stderr);
  process.exit(1);
}
const { summary } = JSON.parse(stdout) as {
  summary: {
    totalCruised: number;
    violations: { from: string; to: string; rule: { name: string; severity: string } }[];
  };
};
if (summary.totalCruised === 0) {
  console.error("the import rules were run over 0 modules: the parser is missing");
  process.exit(1);
}
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
console.log(`${summary.totalCruised} modules, ${summary.violations.length} violations`);
if (summary.violations.length > 0) process.exit(1);
