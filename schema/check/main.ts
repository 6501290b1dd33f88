/** `npm run schema:check [-- --against FILE_OR_GIT_REVISION] [--json] [--markdown FILE]`: exit 1 on anything that may not land. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compose, variantApis } from "../compose.ts";
import { CompositionError } from "../sources.ts";
import { registeredOperations, RegistryError } from "../operations/registry.ts";
import { BaselineError, findBaselines } from "./baseline.ts";
import { checkGraph } from "./graph.ts";
import { jsonReport, markdownReport, textReport } from "./report.ts";

const root = join(import.meta.dirname, "../..");

/** Runs the check; throws one of the known errors when there is nothing to compare. */
async function run(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      against: { type: "string" },
      json: { type: "boolean", default: false },
      markdown: { type: "string" },
    },
  });
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
  const badOption = error instanceof TypeError && "code" in error;
  console.error(known || badOption ? error.message : error);
  process.exitCode = 1;
}
