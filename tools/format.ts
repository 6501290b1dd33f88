/** `npm run format`: oxfmt with this project's configuration. */
import { spawnSync } from "node:child_process";
import { readCommandLine } from "../kit/server/command.ts";

const { values, words } = readCommandLine({
  name: "npm run format",
  does: "Formats the whole checkout, or the files that are named.",
  words: "[FILE …]",
  options: { check: { kind: "flag", help: "change nothing; exits with 1 where a file is not formatted" } },
});

const settings = ["--config", ".config/oxfmt.json", "--ignore-path", ".config/formatignore"];
const check = values.check ? ["--check"] : [];
const { status } = spawnSync("oxfmt", [...settings, ...check, ...(words.length > 0 ? words : ["."])], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
