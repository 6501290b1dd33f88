import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startPostgres, type RunningPostgres } from "./embedded.ts";

const log = { info: () => {}, warn: () => {} };

let folder: string;
const running: RunningPostgres[] = [];
const children: ChildProcess[] = [];
const start = async (options: { dataFolder?: string; port?: number; durable?: boolean } = {}) => {
  const server = await startPostgres({ dataFolder: folder, log, durable: false, ...options });
  running.push(server);
  return server;
};
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "embedded-")), "data");
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await Promise.all(children.splice(0).map(end));
  await rm(join(folder, ".."), { recursive: true, force: true });
});

async function ask(server: { adminUrl: string }, query: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(query);
  } finally {
    await sql.end();
  }
}

/** Whether the process still runs; a dead one that nobody has waited for yet does not count. */
const alive = (pid: number) => {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
};

/** A process of its own, behind `prefix`, that starts the server and then only lives, or says why it cannot. */
async function startInChild({ prefix = [] as string[], path = "", tmp = tmpdir() } = {}) {
  const module = join(import.meta.dirname, "embedded.ts");
  const script = `
    import { startPostgres } from ${JSON.stringify(module)};
    const log = { info() {}, warn() {} };
    try {
      const { pid, adminUrl, stop } = await startPostgres({ dataFolder: ${JSON.stringify(folder)}, log });
      process.once("SIGTERM", () => stop().then(() => process.exit(0)));
      console.log(JSON.stringify({ pid, adminUrl, uid: process.getuid() }));
      setInterval(() => {}, 60_000);
    } catch (error) {
      console.log(JSON.stringify({ refused: error.message }));
    }`;
  const [program, ...args] = [...prefix, process.execPath, "--input-type=module-typescript", "--eval", script];
  const child = spawn(program!, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: `${path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, TMPDIR: tmp },
  });
  children.push(child);
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  type Told = { pid: number; adminUrl: string; uid: number; refused?: string };
  return { child, ...(JSON.parse(line.toString()) as Told) };
}

/** Ends a child cleanly, and its server with it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

/** What runs a command as somebody else than root, as far as this machine allows; nothing for who is not root anyway. */
function asSomebody(): string[] {
  if (process.getuid?.() !== 0) return [];
  const namespace = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"];
  if (spawnSync(namespace[0]!, [...namespace.slice(1), "true"]).status === 0) return namespace;
  return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
}

/** A folder whose `unshare` refuses, as a machine without user namespaces does. */
async function withoutNamespaces(): Promise<string> {
  const path = join(folder, "..", "bin");
  await mkdir(path);
  await writeFile(join(path, "unshare"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return path;
}

test("serves UTF-8 text, contrib extensions and SCRAM passwords on 127.0.0.1", async () => {
  const server = await start();
  const [row] = await ask(
    server,
    `create extension pg_trgm; create extension unaccent; create extension btree_gist;
     select upper('é') as upper, similarity('nasi', 'nasi') as same, current_setting('listen_addresses') as host,
            current_setting('password_encryption') as passwords`,
  ).then((results) => (results as unknown as Record<string, unknown>[][]).at(-1) ?? []);
  expect(row).toEqual({ upper: "É", same: 1, host: "127.0.0.1", passwords: "scram-sha-256" });
  expect((await stat(join(folder, "password"))).mode & 0o777).toBe(0o600);
  const wrong = server.adminUrl.replace(/:[^:@]+@/, ":wrong@");
  await expect(ask({ adminUrl: wrong }, "select 1")).rejects.toThrow("password authentication failed");
});

test("the next start has the data of the last", async () => {
  const first = await start();
  await ask(first, "create table kept as select 1 as one");
  await first.stop();
  expect(alive(first.pid)).toBe(false);
  expect(await ask(await start(), "select one from kept")).toEqual([{ one: 1 }]);
});

test("recovers from a kill -9 of the server, whose pid file stays behind", async () => {
  const first = await start({ durable: true });
  await ask(first, "create table kept as select 1 as one");
  process.kill(first.pid, "SIGKILL");
  expect(await ask(await start(), "select one from kept")).toEqual([{ one: 1 }]);
});

test("a pid file that names some other process, as after a power cut, is no obstacle", async () => {
  await (await start()).stop();
  await writeFile(
    join(folder, "cluster/postmaster.pid"),
    `${process.pid}\n${folder}/cluster\n0\n5432\n\n127.0.0.1\n\nready\n`,
  );
  expect(await ask(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
});

test.runIf(process.platform === "linux")(
  "a parent's kill -9 leaves no orphan, and the next start works at once",
  async () => {
    const first = await startInChild();
    await ask(first, "create table kept as select 1 as one");
    first.child.kill("SIGKILL");
    expect(await ask(await start(), "select one from kept")).toEqual([{ one: 1 }]);
    expect(alive(first.pid)).toBe(false);
  },
);

test("a folder in use by a live server is named with its process", async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`data folder ${folder} is in use by process ${first.pid}: stop it first`);
});

test("a port in use is named", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  await expect(start({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use: set another one for Postgres`);
  holder.close();
});

test("takes the port that it is given", async () => {
  const first = await start();
  const { port } = first;
  await first.stop();
  expect((await start({ port })).port).toBe(port);
});

test("a half-made cluster is refused in one line, and nothing of it is touched", async () => {
  await mkdir(join(folder, "cluster"), { recursive: true });
  await writeFile(join(folder, "cluster/PG_VERSION"), "18\n");
  await expect(start()).rejects.toThrow(/^[^\n]+is not a whole database cluster: move it away to start afresh$/);
  expect(await readFile(join(folder, "cluster/PG_VERSION"), "utf8")).toBe("18\n");
});

test("a creation that was killed half way starts over by itself", async () => {
  await mkdir(join(folder, "cluster.new/base"), { recursive: true });
  await writeFile(join(folder, "password"), "");
  expect(await ask(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
  expect(existsSync(join(folder, "cluster.new"))).toBe(false);
});

test("another major version's cluster is refused", async () => {
  await (await start()).stop();
  await writeFile(join(folder, "cluster/PG_VERSION"), "12\n");
  await expect(start()).rejects.toThrow(/was made by Postgres 12, this is \d+: dump and restore it/);
});

test("a data folder that cannot be written is refused in one line", async () => {
  const file = join(folder, "..", "a-file");
  await writeFile(file, "");
  await expect(start({ dataFolder: join(file, "data") })).rejects.toThrow(
    /^data folder .+ cannot be written \(ENOTDIR\): choose another$/,
  );
});

test("works under a folder that is closed to everyone else", async () => {
  await chmod(join(folder, ".."), 0o700);
  expect(await ask(await start(), "select 1 as one")).toEqual([{ one: 1 }]);
});

test("whoever is not root runs it as themselves", async () => {
  const prefix = asSomebody();
  if (prefix[0] === "setpriv") await chown(join(folder, ".."), 65534, 65534);
  const { uid, adminUrl, child, pid } = await startInChild({ prefix });
  expect(uid).not.toBe(0);
  expect(await ask({ adminUrl }, "select 1 as one")).toEqual([{ one: 1 }]);
  await end(child);
  expect(alive(pid)).toBe(false);
});

test.runIf(process.platform === "linux")(
  "without user namespaces root runs it as nobody, from a copy of the programs that goes away with it",
  async () => {
    const root = process.getuid?.() === 0;
    await chmod(join(folder, ".."), 0o755);
    const [path, tmp] = [await withoutNamespaces(), join(folder, "..", "tmp")];
    await mkdir(tmp);
    const copies = async () => (await readdir(tmp)).filter((name) => name.startsWith("embedded-postgres-"));
    const first = await startInChild({ path, tmp });
    expect((await stat(`/proc/${first.pid}`)).uid).toBe(root ? 65534 : process.getuid?.());
    await ask(first, "create table kept as select 1 as one");
    expect(await copies()).toHaveLength(root ? 1 : 0);
    const gone = once(first.child, "exit");
    first.child.kill("SIGKILL");
    await gone;

    const second = await startInChild({ path, tmp });
    expect(await ask(second, "select one from kept")).toEqual([{ one: 1 }]);
    expect(await copies()).toHaveLength(root ? 1 : 0);
    await end(second.child);
    expect(await copies()).toEqual([]);
  },
);

test.runIf(process.platform === "linux")(
  "nobody's way into a closed folder is barred, which is said in one line; anyone else's is not",
  async () => {
    await chmod(join(folder, ".."), 0o700);
    const { refused } = await startInChild({ path: await withoutNamespaces() });
    if (process.getuid?.() === 0)
      expect(refused).toMatch(/^cannot create a database cluster in \S+: [^\n]*Permission denied[^\n]*$/);
    else expect(refused).toBeUndefined();
  },
);
