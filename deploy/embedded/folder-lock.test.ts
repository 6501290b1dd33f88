import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "antar-lock-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process of its own that takes the lock and then only lives. */
async function holder() {
  const script = `
    import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, "folder-lock.ts"))};
    globalThis.held = lockFolder(${JSON.stringify(folder)});
    console.log("held");
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

test("another process's lock is refused in one line that names it; its kill -9 lifts the lock", async () => {
  const other = await holder();
  const gone = once(other, "exit");
  expect(() => lockFolder(folder)).toThrow(`data folder ${folder} is in use by process ${other.pid}: stop it first`);
  other.kill("SIGKILL");
  await gone;
  lockFolder(folder).release();
});

test("a released lock can be taken again, at once", () => {
  lockFolder(folder).release();
  const second = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${process.pid}`);
  second.release();
});

test("what is no lock is named in one line", () => {
  writeFileSync(join(folder, "lock"), "x".repeat(5_000));
  expect(() => lockFolder(folder)).toThrow(/^data folder \S+ cannot be locked: remove \S+lock$/);
});
