/** `npm test`: vitest with this project's configuration, whose options it takes. */
import { refuseCommandLine, requireKnown, usageOf } from "../kit/server/command.ts";

const command = {
  name: "npm test",
  does: "Every test, on a real Postgres.",
  words: "[PART OF A FILE'S NAME …]",
  options: {
    project: {
      kind: "text",
      value: "KIND",
      many: true,
      help: "unit, pg, e2e, slow, chaos or browser; may be repeated",
    },
    testNamePattern: { kind: "text", value: "PATTERN", help: "tests whose names match" },
  },
  more: ["All other options of vitest are taken too: https://vitest.dev/guide/cli"],
} as const;

const kinds = ["unit", "pg", "e2e", "slow", "chaos", "browser"];

/** The names that follow `--project`; patterns are vitest's own matter. */
const projectsOf = (args: readonly string[]): string[] =>
  args
    .flatMap((arg, index) =>
      arg === "--project" ? (args[index + 1] ?? []) : (/^--project=(.*)$/.exec(arg)?.[1] ?? []),
    )
    .filter((name) => /^\w+$/.test(name));

const given = process.argv.slice(2);
if (given.includes("--help") || given.includes("-h")) console.log(usageOf(command));
else {
  requireKnown(command, "project", projectsOf(given), kinds);
  process.argv.splice(2, given.length, "run", "--config", ".config/vitest.ts", ...given);
  // Where an option is not vitest's it throws before it does anything.
  await import(new URL("../node_modules/vitest/vitest.mjs", import.meta.url).href).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === "CACError")) throw error;
    refuseCommandLine(command, error.message.replace(/^U/, "u").replaceAll("`", "'"));
  });
}
