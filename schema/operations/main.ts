/** `npm run schema:operations [-- --check]`: registers what this version's clients ask in schema/operations.json. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../../kit/server/command.ts";
import { clientManifest, clientNames } from "./manifest.ts";
import { mergeManifests } from "./merge.ts";
import { readRegistry, RegistryError } from "./registry.ts";

const root = join(import.meta.dirname, "../..");
const file = join(root, "schema/operations.json");
const { check } = readCommandLine({
  name: "npm run schema:operations",
  does: "Registers what this version's clients ask in schema/operations.json.",
  options: { check: { kind: "flag", help: "only compare; exits with 1 where the file is stale" } },
}).values;

try {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const api = readFileSync(join(root, "schema/api.graphql"), "utf8");
  const names = clientNames(root);
  const manifests = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await clientManifest(root, name, api)] as const)),
  );
  const text = `${JSON.stringify(mergeManifests(readRegistry(file), manifests, version), null, 2)}\n`;
  const count = names.map((name) => `${name} ${Object.keys(manifests[name] ?? {}).length}`).join(", ");
  if (existsSync(file) && readFileSync(file, "utf8") === text) {
    console.log(`schema/operations.json is up to date: ${count}`);
  } else if (check) {
    console.error("schema/operations.json is stale: run npm run schema:operations");
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote schema/operations.json: ${count}`);
  }
} catch (error) {
  console.error(error instanceof RegistryError ? error.message : error);
  process.exitCode = 1;
}
