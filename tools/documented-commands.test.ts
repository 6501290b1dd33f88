/** The commands in what people read: each exists, and runs with the project's own Node. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const pages = globSync(["README.md", "docs/**/*.md", "{subgraphs,deploy,router,schema,clients}/**/*.md"], {
  cwd: root,
  exclude: (path) => path.includes("node_modules"),
});
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** Code of a page: what stands between backticks, and the lines of its blocks. */
const codeOf = (page: string): string[] =>
  [...page.matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)].flatMap(([, block, inline]) =>
    (block ?? inline ?? "").split("\n").map((line) => line.trim()),
  );

test.for(pages)("%s names only scripts that there are", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*[a-z])/g)].map(([, name]) => name ?? "");
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

// Decisions also quote what a container or a bench runs.
test.for(pages.filter((file) => !file.startsWith("docs/adr/")))("%s runs nothing by the machine's own Node", (file) => {
  const code = codeOf(readFileSync(join(root, file), "utf8"));
  // In front may stand settings; within npx -c the project's programs come first.
  const bare = code.filter((line) => /^(?:[A-Z_]+=\S+ )*(?:"\S+" )?node \S/.test(line) || /\$\(.*\)" node /.test(line));
  expect(bare).toEqual([]);
});
