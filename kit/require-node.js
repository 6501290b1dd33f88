// Before anything else, with `node --import`. Plain JavaScript on purpose: an old Node cannot even load a TypeScript file.
import module from "node:module";
import { join } from "node:path";

const major = Number(process.versions.node.split(".")[0]);
if (major < 26) {
  console.error(
    `Antar needs Node 26 or newer; this is ${process.version}. Run "npm ci" (it brings Node 26 on Linux) and use the npm scripts, or install Node 26.`,
  );
  process.exit(1);
}
// What was compiled and stripped of its types once is taken from there; where that cannot be written it is done each time.
module.enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/node"));
