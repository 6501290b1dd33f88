import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const env = { PATH: `${join(root, "node_modules/.bin")}${delimiter}${dirname(process.execPath)}` };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-codegen-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  write("package.json", '{ "type": "module" }\n');
  for (const file of [
    "schema/subgraphs.ts",
    "schema/shared.graphql",
    "kit/graphql/sdl.ts",
    "kit/server/command.ts",
    "tools/codegen.ts",
  ])
    cpSync(join(root, file), join(folder, file));
  write("subgraphs/menu/mappers.ts", "export const mappers = {};\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const codegen = (...arguments_: string[]) =>
  spawnSync("node", ["tools/codegen.ts", ...arguments_], { cwd: folder, encoding: "utf8", env });

test("codegen finds types that the contract has left behind", () => {
  const sdl = (field: string) => write("subgraphs/menu/schema.graphql", `type Query {\n  ${field}: Int\n}\n`);
  sdl("old");
  expect(codegen("menu")).toMatchObject({ status: 0, stderr: "" });
  expect(codegen("--check")).toMatchObject({ status: 0 });
  sdl("young");
  const { status, stderr } = codegen("--check");
  expect(stderr).toContain("subgraphs/menu/generated/resolvers.ts is stale");
  expect(status).toBe(1);
});
