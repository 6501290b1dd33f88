/** `npm run migrate [-- name …]`: the migrations of every subgraph, or of those named, as their owner roles. */
import { readCommandLine } from "../kit/server/command.ts";
import { readEnv } from "../kit/server/env.ts";
import { migrate } from "../kit/database/migrate.ts";
import { subgraphNames, type SubgraphName } from "../schema/subgraphs.ts";
import { env, ownerUrlSetting } from "./env.ts";
import { migrationsOf } from "./migrations.ts";

/** The subgraphs to migrate; throws on a name that is none. */
function choose(given: readonly string[]): readonly SubgraphName[] {
  const known = (name: string): name is SubgraphName => subgraphNames.some((each) => each === name);
  const unknown = given.filter((name) => !known(name));
  if (unknown.length > 0)
    throw new Error(`no such subgraph: ${unknown.join(", ")}; there are ${subgraphNames.join(", ")}`);
  return given.length > 0 ? [...new Set(given.filter(known))] : subgraphNames;
}

/** Each subgraph with its owner's address; throws one line that names every missing setting. */
function addresses(names: readonly SubgraphName[]): [SubgraphName, string][] {
  const settings = readEnv(env);
  const missing = names.map(ownerUrlSetting).filter((setting) => !settings[setting]);
  if (missing.length > 0) throw new Error(`not set: ${missing.join(", ")} (postgres://<name>_owner:…@host/<name>)`);
  return names.map((name) => [name, settings[ownerUrlSetting(name)] ?? ""]);
}

/** The first line of what went wrong at the bottom: drizzle wraps it in the whole statement. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return (error.message || ("code" in error ? String(error.code) : error.name)).split("\n")[0] ?? "";
}

const { words } = readCommandLine({
  name: "npm run migrate",
  does: "Applies the migrations of every subgraph, or of those that are named, as their owner roles.",
  words: "[NAME …]",
  more: ["<NAME>_OWNER_DATABASE_URL in the environment names each database."],
});
let at = "";
try {
  for (const [name, ownerUrl] of addresses(choose(words))) {
    at = `${name}: `;
    const applied = await migrate({ ownerUrl, folder: migrationsOf(name) });
    console.log(`${at}${applied.length > 0 ? `applied ${applied.join(", ")}` : "nothing to apply"}`);
  }
} catch (error) {
  console.error(`${at}${at ? reasonOf(error) : error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
