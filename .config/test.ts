/** `npm test`: vitest with this project's configuration, whose options it takes. */
import { refuseCommandLine, usageOf } from "../kit/command.ts";

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

const given = process.argv.slice(2);
if (given.includes("--help") || given.includes("-h")) console.log(usageOf(command));
else {
  process.argv.splice(2, given.length, "run", "--config", ".config/vitest.ts", ...given);
  // Where an option is not vitest's it throws before it does anything.
  await import(new URL("../node_modules/vitest/vitest.mjs", import.meta.url).href).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === "CACError")) throw error;
    refuseCommandLine(command, error.message.replace(/^U/, "u").replaceAll("`", "'"));
  });
}
