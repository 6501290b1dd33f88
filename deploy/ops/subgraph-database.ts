/** An operator's way into a subgraph's database: as its own role, with its own rights. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openDatabase, type Db } from "../../kit/database/db.ts";
import type { SubgraphName } from "../../schema/subgraphs.ts";
import { appUrlSetting, type Env } from "./env.ts";

/** The address that a running `npm start` uses. Throws one line when none has run in the folder. */
function embeddedUrl(name: SubgraphName, folder: string): string {
  try {
    const server = readFileSync(join(folder, "postgres/cluster/postmaster.pid"), "utf8").split("\n");
    const secrets = JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8")) as {
      databasePasswords: Record<string, string>;
    };
    const role = `${name}_app`;
    // The fourth line of postmaster.pid is the port.
    return `postgres://${role}:${secrets.databasePasswords[role]}@127.0.0.1:${Number(server[3])}/${name}`;
  } catch {
    throw new Error(`no system runs on ${folder}: run npm start, or set ${appUrlSetting(name)}`);
  }
}

/** The first line of what went wrong at the bottom: drizzle wraps it in the whole statement. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return (error.message || ("code" in error ? String(error.code) : error.name)).split("\n")[0] ?? "";
}

/** What is said to an operator as it is; anything else becomes one line with the subgraph's name. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}

/** Runs `work` on the subgraph's database. Throws one line that names the subgraph when that fails. */
export async function withDatabase<T>(name: SubgraphName, settings: Env, work: (db: Db) => Promise<T>): Promise<T> {
  const url = settings[appUrlSetting(name)] ?? embeddedUrl(name, resolve(settings.ANTAR_DATA));
  const database = openDatabase({ url, max: 1 });
  try {
    return await work(database.db);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new Error(`${name}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await database.close();
  }
}
