/** `npm run reset`: removes the data of `npm start`. */
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { previousServerEnded } from "../../kit/postgres/embedded.ts";
import { readCommandLine } from "../../kit/server/command.ts";
import { readEnv } from "../../kit/server/env.ts";
import { dataFolderOf, env } from "./env.ts";
import { lockFolder } from "./folder-lock.ts";

/** All that a system keeps. */
const ours = /^(secrets\.json(\.new)?|postgres|sandbox-psp|lock(-journal|\.pid)?)$/;

/** Removes the folder at one stroke. Throws one line when it is in use, or when something else lies there. */
async function reset(folder: string): Promise<void> {
  const strange = readdirSync(folder).find((name) => !ours.test(name));
  if (strange !== undefined) throw new Error(`${folder} holds ${strange}, which is no system's: nothing was removed`);
  const lock = lockFolder(folder);
  try {
    // A killed system's Postgres needs a moment to end.
    await previousServerEnded(join(folder, "postgres"));
    // Renamed first, so that a start in the meantime finds all of it or nothing.
    const doomed = `${folder}.removed-${process.pid}`;
    renameSync(folder, doomed);
    rmSync(doomed, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}

readCommandLine({
  name: "npm run reset",
  does: "Removes the data of a stopped system.",
  more: ["ANTAR_DATA names its folder (default .antar in the checkout)."],
});

try {
  const folder = dataFolderOf(readEnv(env));
  const known = existsSync(folder);
  if (known) await reset(folder);
  console.log(known ? `removed ${folder}` : `nothing to remove: there is no ${folder}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
