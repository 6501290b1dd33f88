import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
let folder: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-operations-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["main", "manifest", "merge", "registry"])
    cpSync(join(import.meta.dirname, `${name}.ts`), join(folder, `schema/operations/${name}.ts`));
  cpSync(join(root, "kit/server/command.ts"), join(folder, "kit/server/command.ts"));
  write("package.json", '{ "type": "module", "version": "1.0.0" }\n');
  write("schema/api.graphql", "type Query {\n  one: Int\n  two: Int\n}\n");
  write("clients/admin/src/features/a/one.graphql", "query One {\n  one\n}\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const register = (...args: string[]) =>
  spawnSync(process.execPath, ["schema/operations/main.ts", ...args], { cwd: folder, encoding: "utf8" });

test("--check finds a client's operation that is not registered, and one that the graph no longer takes", () => {
  expect(register()).toMatchObject({ status: 0 });
  expect(register("--check")).toMatchObject({ status: 0 });
  write("clients/admin/src/features/a/two.graphql", "query Two {\n  two\n}\n");
  const stale = register("--check");
  expect(stale.stderr).toContain("schema/operations.json is stale: run npm run schema:operations");
  expect(stale.status).toBe(1);
  write("schema/api.graphql", "type Query {\n  one: Int\n}\n");
  const wrong = register("--check");
  expect(wrong.stderr).toMatch(/two\.graphql:2:3 Cannot query field "two"/);
  expect(wrong.status).toBe(1);
});
