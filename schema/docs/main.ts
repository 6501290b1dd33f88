/** `npm run schema:docs -- --out FOLDER [--variant NAME]`: writes the reference of the committed graph as static files. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine, refuseCommandLine } from "../../kit/server/command.ts";
import { makeFolder } from "../../kit/server/folder.ts";
import { contractSupergraph, variantNames, variants } from "../variants.ts";
import { docsModel } from "./model.ts";
import { docsSite } from "./site.ts";

const command = {
  name: "npm run schema:docs",
  does: "Writes the reference of the committed graph as static files.",
  options: {
    out: { kind: "text", value: "FOLDER", help: "where the files go; must be given" },
    variant: { kind: "text", value: variantNames.join("|"), default: "internal", help: "the contract of the graph" },
  },
} as const;
const { values } = readCommandLine(command);
const variant = variantNames.find((name) => name === values.variant);
if (values.out === undefined) refuseCommandLine(command, "--out FOLDER is missing");
if (variant === undefined) refuseCommandLine(command, `--variant is one of ${variantNames.join(", ")}`);
try {
  const supergraph = readFileSync(join(import.meta.dirname, "../supergraph.graphql"), "utf8");
  const files = docsSite(docsModel(contractSupergraph(supergraph, variants[variant])));
  makeFolder(values.out);
  for (const [name, { body }] of files) writeFileSync(join(values.out, name), body);
  console.log(`wrote ${files.size} files to ${values.out}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
