import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changelog, HistoryError } from "./changelog.ts";

// Git is started many times.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
function git(...args: string[]): void {
  const identity = ["-c", "user.name=T", "-c", "user.email=t@antar.test", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
const api = (fields: string) => writeFileSync(join(root, "schema/api.graphql"), `type Query { ${fields} }\n`);
function commit(fields: string): void {
  api(fields);
  git("add", ".");
  git("commit", "-qm", fields);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "antar-changelog-"));
  mkdirSync(join(root, "schema"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("before the first release the first graph is where the history begins; committing changes nothing", async () => {
  git("init", "-q");
  commit("a: Int");
  api("a: Int b: Int");
  const text = await changelog(root);
  expect(text).toMatch(
    /## Unreleased\n\n### Added and changed\n\n- Field 'b'[^]*## The first graph\n\nThe history begins here/,
  );
  commit("a: Int b: Int");
  expect(await changelog(root)).toBe(text);
});

test("each release tells what changed since the one before, newest first", async () => {
  git("init", "-q");
  commit("a: Int b: Int");
  git("tag", "v1.0.0");
  commit("a: Int");
  git("tag", "v1.1.0");
  const text = await changelog(root);
  expect(text.match(/^## .*?(?= \(|$)/gm)).toEqual(["## Unreleased", "## v1.1.0", "## v1.0.0"]);
  expect(text).toMatch(/## Unreleased\n\nNo change of the schema\./);
  expect(text).toMatch(/## v1\.1\.0 \(\d{4}-\d\d-\d\d\)\n\n### Breaking\n\n- Field 'b'/);
});

test("without a history there is nothing to tell", async () => {
  api("a: Int");
  await expect(changelog(root)).rejects.toBeInstanceOf(HistoryError);
});
