/** `npm run schema:docs -- --out FOLDER [--variant NAME]`: writes the reference of the committed graph as static files. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { contractSupergraph, variantNames, variants } from "../variants.ts";
import { docsModel } from "./model.ts";
import { docsSite } from "./site.ts";

try {
  const { values } = parseArgs({
    options: { out: { type: "string" }, variant: { type: "string", default: "internal" } },
  });
  const variant = variantNames.find((name) => name === values.variant);
  if (values.out === undefined || variant === undefined)
    throw new TypeError(`usage: npm run schema:docs -- --out FOLDER [--variant ${variantNames.join("|")}]`);
  const supergraph = readFileSync(join(import.meta.dirname, "../supergraph.graphql"), "utf8");
  const files = docsSite(docsModel(contractSupergraph(supergraph, variants[variant])));
  mkdirSync(values.out, { recursive: true });
  for (const [name, { body }] of files) writeFileSync(join(values.out, name), body);
  console.log(`wrote ${files.size} files to ${values.out}`);
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exitCode = 1;
}
