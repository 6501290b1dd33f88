// Before anything else, with `node --import`. Plain JavaScript on purpose: an old Node cannot even load a TypeScript file.
import module from "node:module";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const major = Number(process.versions.node.split(".")[0]);
if (major < 26) {
  console.error(
    `Antar needs Node 26 or newer; this is ${process.version}. Run "npm ci" (it brings Node 26 on Linux) and use the npm scripts, or install Node 26.`,
  );
  process.exit(1);
}
// What was compiled and stripped of its types once is taken from there; where that cannot be written it is done each time.
module.enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/node"));

// A script ends with the npm that started it: npm passes on SIGTERM and SIGINT, but ends by SIGHUP or SIGKILL without a word.
const parent = process.ppid;
const lookEveryMs = 250;
if (isMainThread && process.platform !== "win32") {
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  }, lookEveryMs);
  looking.unref();
}
