/** `npm run build:ide`: bundles the IDE into static files, once for each state of its sources and packages. */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCommandLine } from "../../kit/server/command.ts";

const root = join(import.meta.dirname, "../..");
const page = join(import.meta.dirname, "page");

/** The folder of the bundle that fits the present sources; it need not exist yet. */
export function bundleFolder(): string {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  hash.update(readFileSync(import.meta.filename));
  for (const file of globSync("*.{ts,tsx,html}", { cwd: page }).toSorted())
    if (!file.endsWith(".test.ts")) hash.update(file).update(readFileSync(join(page, file)));
  return join(root, "node_modules/.cache/antar-ide", hash.digest("hex").slice(0, 16));
}

/** Builds the bundle where it is missing; its folder. Rejects where Vite or GraphiQL is not installed. */
export async function buildIde(): Promise<string> {
  const folder = bundleFolder();
  if (existsSync(join(folder, "index.html"))) return folder;
  const { build } = await import("vite");
  mkdirSync(dirname(folder), { recursive: true });
  // Written aside and moved, so that nobody serves half a bundle.
  const aside = mkdtempSync(`${folder}-`);
  try {
    await build({
      root: page,
      base: "/ide/",
      configFile: false,
      logLevel: "error",
      build: {
        outDir: aside,
        emptyOutDir: true,
        target: "esnext",
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 10_000,
      },
      worker: { format: "es" },
    });
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

if (import.meta.main) {
  readCommandLine({
    name: "npm run build:ide",
    does: "Bundles the IDE ahead of time; prints the folder of the bundle.",
  });
  console.log(await buildIde());
}
