/** Every script of package.json as a process: its usage, and what it says of options that it does not have. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
const typed = (name: string) => (name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`);

type Outcome = { code: unknown; out: string; problems: string };

/** What npm does with a script: a shell, the arguments behind it, the project's own programs first on the path. */
const run = (script: string, ...given: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { PATH: `${join(root, "node_modules/.bin")}:/usr/local/bin:/usr/bin:/bin`, HOME: root };
    execFile("sh", ["-c", [script, ...given].join(" ")], { cwd: root, env }, (error, out, problems) =>
      resolve({ code: error ? error.code : 0, out, problems }),
    );
  });

test.for(Object.entries(scripts))("%s answers --help with its usage", async ([name, script]) => {
  const { code, out, problems } = await run(script, "--help");
  expect({ code, problems }).toEqual({ code: 0, problems: "" });
  expect(out.split("\n")[0]).toMatch(new RegExp(`^usage: ${typed(name)}( --|$)`));
});

test.for(Object.entries(scripts))("%s refuses an unknown option in one line, with 2", async ([name, script]) => {
  const { code, out, problems } = await run(script, "--nonsense");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(problems).toMatch(new RegExp(`^${typed(name)}: [^\\n]*--nonsense[^\\n]*\\n$`));
});

test.for(Object.entries(scripts))("%s takes the place of npm's shell, which a signal would end alone", ([, script]) => {
  expect(script).toMatch(/^exec node /);
});
