import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startPostgres, type RunningPostgres } from "./embedded-postgres.ts";

const log = { info: () => {}, warn: () => {} };

let folder: string;
const running: RunningPostgres[] = [];
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

/** A process of its own that starts the server and then only lives. */
async function startInChild(): Promise<{ child: ChildProcess; pid: number; adminUrl: string }> {
  const module = join(import.meta.dirname, "embedded-postgres.ts");
  const script = `
    import { startPostgres } from ${JSON.stringify(module)};
    const log = { info() {}, warn() {} };
    const { pid, adminUrl } = await startPostgres({ dataFolder: ${JSON.stringify(folder)}, log });
    console.log(JSON.stringify({ pid, adminUrl }));
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as { pid: number; adminUrl: string }) };
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
