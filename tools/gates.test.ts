import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const env = { PATH: `${bin}${delimiter}${dirname(process.execPath)}` };
let folder: string;

// Each test starts two processes.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "antar-gates-"));
  for (const file of ["tools/boundaries.ts", ".config/dependency-cruiser.cjs"])
    cpSync(join(root, file), join(folder, file));
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

/** Writes `from`, which imports `to` (a file, written too, or a package). */
function plant(from: string, to: string, keyword: "import" | "import type" = "import"): void {
  const isFile = to.endsWith(".ts");
  if (isFile) write(to, "export type it = 1;\nexport const it = 1;\n");
  const up = "../".repeat(from.split("/").length - 1);
  write(from, `${keyword} { it } from "${isFile ? up + to : to}";\nexport const use: it = it;\n`);
}

/** Runs the rules over one folder, or over the whole tree. */
function judgeAll(where: string) {
  for (const room of ["kit", "router", "schema", "subgraphs", "clients", "demo", "sandbox", "deploy", "proof", "tools"])
    mkdirSync(join(folder, room), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ["tools/boundaries.ts", where], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

/** Plants one import and runs the rules over its folder. */
function judge(from: string, to: string, keyword: "import" | "import type" = "import") {
  plant(from, to, keyword);
  return judgeAll(from.split("/")[0] ?? ".");
}

const planted = [
  ["kit-imports-nothing-of-ours", "kit/a0.ts", "router/b0.ts"],
  ["subgraphs-are-strangers", "subgraphs/menu/a1.ts", "subgraphs/orders/b1.ts"],
  ["subgraphs-know-no-router", "subgraphs/menu/a2.ts", "router/b2.ts"],
  ["router-knows-no-subgraph", "router/a3.ts", "subgraphs/menu/b3.ts"],
  ["deploy-is-outermost", "router/a4.ts", "deploy/b4.ts"],
  ["deploy-is-outermost", "tools/a10.ts", "deploy/b10.ts"],
  ["nothing-imports-proof", "deploy/a11.ts", "proof/b11.ts"],
  ["nothing-imports-tools", "proof/a12.ts", "tools/b12.ts"],
  ["clients-stay-outside", "clients/customer/a5.ts", "subgraphs/menu/b5.ts"],
  ["clients-stay-outside", "demo/order/a13.ts", "router/b13.ts"],
  ["only-the-demo-world-is-imported", "subgraphs/menu/a14.ts", "demo/order/b14.ts"],
  ["demo-world-is-data", "demo/world/a15.ts", "schema/b15.ts"],
  ["nothing-imports-sandbox", "deploy/a16.ts", "sandbox/psp/b16.ts"],
  ["sandbox-stands-alone", "sandbox/psp/a17.ts", "demo/world/b17.ts"],
  ["domain-is-pure", "subgraphs/menu/domain/a6.ts", "kit/database/db.ts"],
  ["domain-is-pure", "subgraphs/menu/domain/a7.ts", "dataloader"],
  ["database-stays-in-db", "subgraphs/menu/resolvers/a8.ts", "drizzle-orm"],
  ["sandbox-stands-alone", "sandbox/psp/a9.ts", "subgraphs/payments/b9.ts"],
] as const;
const allowed = [
  ["subgraphs/menu/domain/c0.ts", "kit/money.ts"],
  ["subgraphs/menu/db/c1.ts", "drizzle-orm"],
  ["subgraphs/menu/actions/c2.ts", "subgraphs/menu/domain/d2.ts"],
  ["deploy/c3.ts", "router/d3.ts"],
  ["proof/c4.ts", "deploy/d4.ts"],
  ["subgraphs/menu/db/c5.ts", "demo/world/d5.ts"],
  ["router/c6.test.ts", "proof/d6.ts"],
] as const;

test("each forbidden import fails the gate by its rule, and no allowed one does", () => {
  for (const [, from, to] of planted) plant(from, to);
  for (const [from, to] of allowed) plant(from, to);
  const { status, stderr } = judgeAll(".");
  const found = stderr.split("\n").filter((line) => line.includes(" → "));
  for (const [rule, from] of planted)
    expect(
      found.filter((line) => line.startsWith(`${rule}: ${from} → `)),
      `${rule}: ${from}`,
    ).toHaveLength(1);
  for (const [from] of allowed) expect(found.filter((line) => line.includes(`: ${from} → `))).toEqual([]);
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

test("allowed imports alone pass", () => {
  for (const [from, to] of allowed) plant(from, to);
  const { status, stdout, stderr } = judgeAll(".");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^[1-9]\d* modules, 0 violations/);
  expect(status).toBe(0);
});

test("a folder without modules fails the gate", () => {
  mkdirSync(join(folder, "kit"));
  const { status } = spawnSync(process.execPath, ["tools/boundaries.ts", "kit"], {
    cwd: folder,
    env,
  });
  expect(status).toBe(1);
});
