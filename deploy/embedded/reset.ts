/** `npm run reset`: removes the data of `npm start`. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { readEnv } from "../../kit/env.ts";
import { env } from "./env.ts";

const folder = resolve(readEnv(env).ANTAR_DATA);

/** Whether the Postgres of this folder still runs. */
function inUse(): boolean {
  const lock = join(folder, "postgres/cluster/postmaster.pid");
  if (!existsSync(lock)) return false;
  try {
    process.kill(Number(readFileSync(lock, "utf8").split("\n")[0]), 0);
    return true;
  } catch {
    return false;
  }
}

if (inUse()) {
  console.error(`${folder} is in use: stop the running system first`);
  process.exit(1);
}
rmSync(folder, { recursive: true, force: true });
console.log(`removed ${folder}`);
