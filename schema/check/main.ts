/** `npm run schema:check [-- --against FILE_OR_GIT_REVISION] [--json] [--markdown FILE]`: exit 1 on anything that may not land. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../../kit/server/command.ts";
import { compose, variantApis } from "../compose.ts";
import { CompositionError } from "../sources.ts";
import { registeredOperations, RegistryError } from "../operations/registry.ts";
import { BaselineError, findBaselines } from "./baseline.ts";
import { checkGraph } from "./graph.ts";
import { jsonReport, markdownReport, textReport } from "./report.ts";

const root = join(import.meta.dirname, "../..");

const { values } = readCommandLine({
  name: "npm run schema:check",
  does: "What this checkout changes in the graph, which clients it hits, and what to do; exits with 1 on what may not land.",
  options: {
    against: { kind: "text", value: "FILE|REVISION", help: "what to compare with (default: the last state on main)" },
    json: { kind: "flag", help: "print the report as JSON" },
    markdown: { kind: "text", value: "FILE", help: "write the report as Markdown too" },
  },
});

/** Runs the check; throws one of the known errors when there is nothing to compare. */
async function run(): Promise<boolean> {
  const apis = variantApis(compose(root).supergraph);
  const baselines = findBaselines(root, values.against);
  const operations = registeredOperations(join(root, "schema/operations.json"));
  const today = new Date().toISOString().slice(0, 10);
  const result = await checkGraph(baselines, apis, operations, today);
  if (values.markdown !== undefined) writeFileSync(values.markdown, markdownReport(result));
  console.log(values.json ? jsonReport(result) : textReport(result));
  return result.ok;
}

try {
  if (!(await run())) process.exitCode = 1;
} catch (error) {
  const known = error instanceof CompositionError || error instanceof BaselineError || error instanceof RegistryError;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
