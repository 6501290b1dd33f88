/** Every script of package.json as a process: its usage, and what it says of options that it does not have. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
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

test.for([
  ["codegen", ["nonsense"]],
  ["test", ["--project", "nonsense"]],
  ["test", ["--project=nonsense"]],
  ["bench:graph", ["--only", "nonsense"]],
  ["bench:router", ["--only", "nonsense"]],
  ["mutate", ["--only", "nonsense"]],
  ["schema:docs", ["--out", "/tmp", "--variant", "nonsense"]],
  ["ops", ["nonsense"]],
] as const)("%s refuses a name that it does not know before it starts anything: %o", async ([name, given]) => {
  const { code, out, problems } = await run(scripts[name] ?? "", ...given);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(problems).toMatch(new RegExp(`^${typed(name)}: [^\\n]*[^\\n]*\\n$`));
});

test("mock says in one line that its port is in use", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const outcome = await run(scripts["mock"] ?? "", `--port=${port}`);
  expect(outcome).toEqual({
    code: 1,
    out: "",
    problems: `port ${port} is in use: stop what uses it, or choose another\n`,
  });
  server.close();
});

test.for(Object.entries(scripts))("%s takes the place of npm's shell, which a signal would end alone", ([, script]) => {
  expect(script).toMatch(/^exec node /);
});
