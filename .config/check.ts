/** `npm run check`: every gate that needs no database, in the order in which a person would mend them. */
import { spawnSync } from "node:child_process";

/** Name, command and arguments of each gate; all run from the root. Every one has a test that plants what it must find. */
export const gates: readonly (readonly [name: string, command: string, arguments_: readonly string[]])[] = [
  ["format", "oxfmt", ["--config", ".config/oxfmt.json", "--ignore-path", ".config/formatignore", "--check", "."]],
  ["lint", "oxlint", ["--config", ".config/oxlint.json", "--ignore-pattern", "**/generated/**"]],
  ["types", "tsc", ["--project", "."]],
  ["codegen", "node", [".config/codegen.ts", "--check"]],
  ["composition", "node", ["schema/compose.ts", "--check"]],
  ["schema rules", "node", ["schema/lint.ts"]],
  ["operations", "node", ["schema/operations/main.ts", "--check"]],
  ["resolvers", "node", [".config/resolvers.ts"]],
  ["docs", "node", [".config/docs.ts", "--check"]],
  ["boundaries", "node", [".config/boundaries.ts"]],
  ["dead code", "knip", ["--config", ".config/knip.json"]],
  ["unit tests", "vitest", ["run", "--config", ".config/vitest.ts", "--project", "unit"]],
];

function check(): string[] {
  const failed: string[] = [];
  for (const [name, command, arguments_] of gates) {
    const began = performance.now();
    const { status } = spawnSync(command, arguments_, { stdio: "inherit" });
    console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (status !== 0) failed.push(name);
  }
  return failed;
}

if (import.meta.main) {
  const failed = check();
  if (failed.length > 0) {
    console.error(`failed: ${failed.join(", ")}`);
    process.exitCode = 1;
  }
}
