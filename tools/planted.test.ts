import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gates } from "./check.ts";

// Each test starts the gate's own process.
vi.setConfig({ testTimeout: 60_000 });

const root = join(import.meta.dirname, "..");
const env = { PATH: `${join(root, "node_modules/.bin")}${delimiter}${dirname(process.execPath)}` };
let above: string;
let folder: string;

beforeEach(() => {
  // The packages lie above the tree, so that no gate walks into them through the link.
  above = mkdtempSync(join(tmpdir(), "antar-planted-"));
  folder = join(above, "tree");
  mkdirSync(folder);
  symlinkSync(join(root, "node_modules"), join(above, "node_modules"));
  for (const file of ["oxfmt.json", "formatignore", "oxlint.json", "knip.json"])
    cpSync(join(root, ".config", file), join(folder, ".config", file));
  cpSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"));
  write("package.json", '{ "name": "planted", "type": "module" }\n');
  write("router/main.ts", 'import { live } from "../kit/live.ts";\n\nconsole.log(live);\n');
  write("kit/live.ts", "export const live = 1;\n");
});
afterEach(() => rmSync(above, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Runs the gate as `npm run check` does, over the planted tree; `output` has no colours. */
function run(name: string): { status: number | null; output: string } {
  const [, command, arguments_] = gates.find((gate) => gate[0] === name) ?? ["", "false", []];
  const { status, stdout, stderr } = spawnSync(command, [...arguments_], {
    cwd: folder,
    encoding: "utf8",
    env,
    timeout: 50_000,
  });
  return { status, output: `${stdout}${stderr}` };
}

test.each(["lint", "types", "dead code"])("%s passes the tree in which nothing is planted", (gate) => {
  expect(run(gate)).toMatchObject({ status: 0 });
});

/** Plants every file, runs the gate once, and expects it to fail and to name each place. */
function expectFound(gate: string, planted: readonly (readonly [file: string, text: string, place: RegExp])[]): void {
  for (const [file, text] of planted) write(file, text);
  const { status, output } = run(gate);
  for (const [, , place] of planted) expect(output).toMatch(place);
  expect(status).toBe(1);
}

test("format finds text that is not in the one format", () => {
  expectFound("format", [["kit/a.ts", "export const a = 'a'\n", /kit\/a\.ts/]]);
});

test("lint finds floating promises, long files, any, inline imports of types", () => {
  const promise = "const later = async (): Promise<void> => {};\n\nexport function go(): void {\n  later();\n}\n";
  const many = Array.from({ length: 402 }, (_, n) => `export const a${n} = ${n};\n`).join("");
  expectFound("lint", [
    ["kit/promise.ts", promise, /no-floating-promises\)(?:(?!\n\n)[\s\S])*kit\/promise\.ts:4:3/],
    ["kit/long.ts", many, /max-lines\)(?:(?!\n\n)[\s\S])*kit\/long\.ts/],
    ["kit/any.ts", "export const a = (b: any): unknown => b;\n", /no-explicit-any\)(?:(?!\n\n)[\s\S])*kit\/any\.ts:1:/],
    [
      "kit/inline.ts",
      'export type A = import("./live.ts").A;\n',
      /consistent-type-imports\)(?:(?!\n\n)[\s\S])*kit\/inline\.ts:1:/,
    ],
  ]);
});

test("lint finds every way to the environment but an env.ts", () => {
  write("kit/server/env.ts", 'export const a = process.env["A"];\n');
  const ways = {
    dotted: 'export const a = process.env["A"];',
    bracketed: 'export const a = process["env"];',
    taken: "export const { env } = process;",
    global: "export const a = globalThis.process.env;",
    "taken-global": "export const { process } = globalThis;",
    "old-global": "export const a = global.process.env;",
    imported: 'import { env } from "node:process";\nexport const a = env;',
    exported: 'export { env } from "node:process";',
    bare: 'import { env } from "process";\nexport const a = env;',
  };
  expectFound(
    "lint",
    Object.entries(ways).map(([name, text]) => [
      `kit/${name}.ts`,
      `${text}\n`,
      new RegExp(`no-restricted-(properties|imports)\\)(?:(?!\\n\\n)[\\s\\S])*kit/${name}\\.ts:1:`),
    ]),
  );
  expect(run("lint").output).not.toContain("kit/server/env.ts");
});

test("types finds what the compiler refuses", () => {
  expectFound("types", [
    ["kit/a.ts", 'export const a: number = "a";\n', /kit\/a\.ts[(:]1[,:]14/],
    ["kit/b.ts", "export enum B {\n  C,\n}\n", /kit\/b\.ts[(:]1[,:]/],
  ]);
});

test("types of pages finds what the compiler refuses in a page, where the tree's own types do not look", () => {
  cpSync(join(root, "router/ide/page/tsconfig.json"), join(folder, "router/ide/page/tsconfig.json"));
  const page = "router/ide/page/a.tsx";
  write(page, "export const Title = () => <h1>{document.title}</h1>;\n");
  expect(run("types of pages")).toMatchObject({ status: 0 });
  expectFound("types of pages", [[page, "export const a: number = document.title;\n", /page\/a\.tsx[(:]1[,:]14/]]);
  expect(run("types")).toMatchObject({ status: 0 });
});

test("dead code finds exports and files that nobody imports", () => {
  expectFound("dead code", [
    ["kit/live.ts", "export const live = 1;\nexport const dead = 2;\n", /dead\s+kit\/live\.ts:2/],
    ["kit/a.ts", "export const a = 1;\n", /kit\/a\.ts/],
  ]);
});
