/** `npm run docs [-- --check]` writes (or compares) the pages that are generated from code: state machines, settings and the ledger. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../kit/server/command.ts";
import { ledger } from "./ledger-docs.ts";
import { settings, UndescribedSettings } from "./settings-docs.ts";
import { stateMachines } from "./state-docs.ts";

const root = join(import.meta.dirname, "..");

/** The names of those of `pages` whose file in `folder` has another text; rewritten unless `check`. */
export function stalePages(folder: string, pages: Readonly<Record<string, string>>, check: boolean): string[] {
  return Object.entries(pages).flatMap(([name, text]) => {
    const file = join(folder, name);
    if (existsSync(file) && readFileSync(file, "utf8") === text) return [];
    if (!check) writeFileSync(file, text);
    return [name];
  });
}

async function run(check: boolean): Promise<string[]> {
  const pages = {
    "state-machines.md": stateMachines(),
    "settings.md": await settings(root),
    "ledger.md": ledger(),
  };
  const stale = stalePages(join(root, "docs"), pages, check);
  for (const name of stale) console.log(check ? `docs/${name} is stale: run npm run docs` : `wrote docs/${name}`);
  if (stale.length === 0) console.log(`${Object.keys(pages).join(", ")} are up to date`);
  return stale;
}

if (import.meta.main) {
  const { check } = readCommandLine({
    name: "npm run docs",
    does: "Writes docs/state-machines.md, docs/settings.md and docs/ledger.md from the code.",
    options: { check: { kind: "flag", help: "only compare; exits with 1 where a page is stale" } },
  }).values;
  try {
    if ((await run(check)).length > 0 && check) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof UndescribedSettings ? error.message : error);
    process.exitCode = 1;
  }
}
