import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder } from "./folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "antar-folder-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test("makes what is missing with the given mode, and is content with what is there", () => {
  const path = join(home, "a/b/c");
  makeFolder(path, 0o700);
  makeFolder(path, 0o755);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, "a")).mode & 0o777).toBe(0o700);
});

test("a file in the way is named", () => {
  writeFileSync(join(home, "a"), "");
  const refusal = expect.objectContaining({ code: "ENOTDIR", message: `${join(home, "a")} is not a folder` });
  expect(() => makeFolder(join(home, "a/b"))).toThrow(refusal);
  expect(() => makeFolder(join(home, "a"))).toThrow(refusal);
});

test.runIf(existsSync("/proc/self"))("ends below a folder that says of every new entry that it is missing", () => {
  expect(() => makeFolder("/proc/antar/x")).toThrow(expect.objectContaining({ code: "ENOENT" }));
});
