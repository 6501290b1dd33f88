import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const bin = join(import.meta.dirname, "../node_modules/.bin");
const env = { PATH: `${bin}${delimiter}${dirname(process.execPath)}` };
let folder: string;

// Each test starts two processes.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-gates-"));
  for (const file of ["boundaries.ts", "dependency-cruiser.cjs"])
    cpSync(join(import.meta.dirname, file), join(folder, ".config", file));
  write("package.json", '{ "type": "module" }');
  for (const name of ["drizzle-orm", "dataloader"]) {
    write(`node_modules/${name}/package.json`, `{ "name": "${name}", "version": "1.0.0", "main": "index.js" }`);
    write(`node_modules/${name}/index.js`, "module.exports = {};");
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Writes `from`, which imports `to` (a file, written too, or a package), and runs the rules over the folder of `from`. */
function judge(from: string, to: string, keyword: "import" | "import type" = "import") {
  const isFile = to.endsWith(".ts");
  if (isFile) write(to, "export type it = 1;\nexport const it = 1;\n");
  const up = "../".repeat(from.split("/").length - 1);
  write(from, `${keyword} { it } from "${isFile ? up + to : to}";\nexport const use: it = it;\n`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [".config/boundaries.ts", from.split("/")[0] ?? "."], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

test.each([
  ["kit-imports-nothing-of-ours", "kit/a.ts", "router/b.ts"],
  ["subgraphs-are-strangers", "subgraphs/menu/a.ts", "subgraphs/orders/b.ts"],
  ["subgraphs-know-no-router", "subgraphs/menu/a.ts", "router/b.ts"],
  ["router-knows-no-subgraph", "router/a.ts", "subgraphs/menu/b.ts"],
  ["nothing-imports-deploy", "router/a.ts", "deploy/b.ts"],
  ["clients-stay-outside", "clients/demo/a.ts", "subgraphs/menu/b.ts"],
  ["domain-is-pure", "subgraphs/menu/domain/a.ts", "kit/db.ts"],
  ["domain-is-pure", "subgraphs/menu/domain/a.ts", "dataloader"],
  ["database-stays-in-db", "subgraphs/menu/resolvers/a.ts", "drizzle-orm"],
  ["sandbox-psp-stands-alone", "deploy/sandbox-psp/a.ts", "subgraphs/payments/b.ts"],
])("%s: %s → %s fails the gate", (rule, from, to) => {
  const { status, stderr } = judge(from, to);
  expect(stderr).toContain(`${rule}: ${from} → `);
  expect(status).toBe(1);
});

test("a type alone is an import too", () => {
  expect(judge("kit/a.ts", "router/b.ts", "import type").stderr).toContain("kit-imports-nothing-of-ours");
});

test("a cycle fails the gate", () => {
  write("kit/b.ts", 'import { use } from "./a.ts";\nexport const it = () => use;\n');
  write("kit/a.ts", 'import { it } from "./b.ts";\nexport const use = () => it;\n');
  const { status, stderr } = judge("kit/c.ts", "kit/d.ts");
  expect(stderr).toContain("no-cycles: kit/a.ts → kit/b.ts");
  expect(status).toBe(1);
});

test.each([
  ["subgraphs/menu/domain/a.ts", "kit/money.ts"],
  ["subgraphs/menu/db/a.ts", "drizzle-orm"],
  ["subgraphs/menu/actions/a.ts", "subgraphs/menu/domain/b.ts"],
  ["deploy/a.ts", "router/b.ts"],
])("%s → %s passes", (from, to) => {
  const { status, stdout, stderr } = judge(from, to);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^[1-9]\d* modules, 0 violations/);
  expect(status).toBe(0);
});

test("a folder without modules fails the gate", () => {
  mkdirSync(join(folder, "kit"));
  const { status } = spawnSync(process.execPath, [".config/boundaries.ts", "kit"], {
    cwd: folder,
    env,
  });
  expect(status).toBe(1);
});
