/** `npm run demo` as a process: from anywhere, with one clear line when it cannot, and with nothing left behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-demo-test-"));
  mkdirSync(join(folder, "tmp"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const launch = (TMPDIR: string) =>
  spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    cwd: folder,
    env: { TMPDIR },
    stdio: ["ignore", "pipe", "pipe"],
  });

async function run(TMPDIR: string) {
  const child = launch(TMPDIR);
  const [out, problems, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, out, problems };
}

test("run from another folder, it ends with the order's JSON and leaves nothing", async () => {
  const { code, out, problems } = await run(join(folder, "tmp"));
  expect({ code, problems }).toEqual({ code: 0, problems: "" });
  expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    order: { state: "COMPLETED" },
    payment: { state: "CAPTURED" },
    ledgerSum: 0,
    events: 8,
    ms: expect.any(Number),
  });
  expect(readdirSync(folder)).toEqual(["tmp"]);
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test("a temporary folder that cannot be written is named in one line", async () => {
  const closed = join(folder, "a-file");
  writeFileSync(closed, "");
  expect(await run(closed)).toEqual({
    code: 1,
    out: "",
    problems: `${closed} cannot be written (ENOTDIR): set TMPDIR to a folder that can\n`,
  });
});

test("told to stop while it starts, it stops its system and leaves nothing", async () => {
  const child = launch(join(folder, "tmp"));
  await once(child.stdout, "data");
  await expect.poll(() => readdirSync(join(folder, "tmp"))).toHaveLength(1);
  const problems = text(child.stderr);
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number | null];
  expect({ code, problems: await problems }).toEqual({ code: 1, problems: "ended by SIGINT\n" });
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});
