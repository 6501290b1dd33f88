/** The step before all services: databases, roles, migrations, demo data, and the keys by which services know each other. Safe to repeat. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readEnv } from "../../kit/server/env.ts";
import { makeFolder } from "../../kit/server/folder.ts";
import { subgraphNames } from "../../schema/subgraphs.ts";
import { prepareDatabases } from "../embedded/databases.ts";
import { loadSecrets, publicKeys } from "../embedded/keys.ts";
import { env } from "./env.ts";

const settings = readEnv(env);
const databases = [...subgraphNames, "events"];
const issuers = ["router", ...subgraphNames];
const roles = databases.flatMap((name) => [`${name}_owner`, `${name}_app`]);

makeFolder(settings.SECRETS_FOLDER);
const secrets = await loadSecrets(settings.SECRETS_FOLDER, issuers, roles);
const write = async (issuer: string, name: string, content: unknown) => {
  const folder = join(settings.SECRETS_FOLDER, issuer);
  makeFolder(folder, 0o700);
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) await writeFile(file, JSON.stringify(content), { mode: 0o600 });
};
for (const issuer of issuers) {
  await write(issuer, "private", secrets.identity[issuer]);
  await write(issuer, "public", publicKeys(secrets));
}

await prepareDatabases({
  adminUrl: settings.DATABASE_ADMIN_URL,
  secrets: {
    ...secrets,
    databasePasswords: Object.fromEntries(roles.map((role) => [role, settings.DATABASE_PASSWORD])),
  },
  seed: settings.ANTAR_SEED,
  progress: (line) => console.log(line),
});
console.log("prepared");
