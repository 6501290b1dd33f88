/** The command line of a script: its usage, `--help`, and one line for whatever cannot be used. */
import { parseArgs } from "node:util";

type Flag = { kind: "flag"; help: string };
type Text = { kind: "text"; value: string; help: string; default?: string; many?: boolean };
type Numeric = { kind: "number" | "whole"; help: string; least: number; most?: number; default?: number };
type Option = Flag | Text | Numeric;

/** What a script takes. */
export type CommandLine = {
  /** As it is typed: `npm run chaos`. */
  name: string;
  /** One sentence. */
  does: string;
  options?: Readonly<Record<string, Option>>;
  /** How words without dashes are written, such as `[NAME …]`; none are taken without it. */
  words?: string;
  /** Further lines of the usage. */
  more?: readonly string[];
};

type ValueOf<O extends Option> = O extends Flag
  ? boolean
  : O extends { many: true }
    ? string[]
    : O extends { kind: "text" }
      ? string | (O extends { default: string } ? never : undefined)
      : number | (O extends { default: number } ? never : undefined);

/** The values of a command's options by name; an option that is absent and has no default is undefined, a repeatable one is empty. */
export type ValuesOf<C extends CommandLine> = {
  -readonly [Name in keyof C["options"]]: C["options"][Name] extends Option ? ValueOf<C["options"][Name]> : never;
};

/** Arguments that a command cannot use; the message is one line. */
export class CommandLineError extends Error {
  override readonly name = "CommandLineError";
}

const placeholder = (option: Option): string =>
  option.kind === "flag" ? "" : option.kind === "text" ? ` ${option.value}` : " N";

function defaultOf(option: Option): string {
  const value = "default" in option ? option.default : undefined;
  return value === undefined ? "" : ` (default ${value})`;
}

/** What `--help` prints. */
export function usageOf({ name, does, options = {}, words, more = [] }: CommandLine): string {
  const listed = [
    ...Object.entries(options).map(
      ([option, about]) => [`--${option}${placeholder(about)}`, `${about.help}${defaultOf(about)}`] as const,
    ),
    ["--help", "print this text"] as const,
  ];
  const width = Math.max(...listed.map(([option]) => option.length));
  const given = [words, ...Object.entries(options).map(([option, about]) => `[--${option}${placeholder(about)}]`)];
  const shape = given.filter((part) => part !== undefined).join(" ");
  // What npm itself would take for its own stands behind two dashes.
  return [
    `usage: ${name}${shape === "" ? "" : ` -- ${shape}`}`,
    does,
    "",
    ...listed.map(([option, help]) => `  ${option.padEnd(width)}  ${help}`),
    ...(more.length > 0 ? ["", ...more] : []),
  ].join("\n");
}

function numberOf(name: string, { kind, least, most = Number.MAX_SAFE_INTEGER }: Numeric, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const fits = kind === "whole" ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (fits && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new CommandLineError(`--${name} is a ${kind === "whole" ? "whole number" : "number"} ${range}, not "${text}"`);
}

function valueOf(name: string, option: Option, given: unknown): unknown {
  if (option.kind === "flag") return given === true;
  if (option.kind === "text") return given ?? option.default ?? (option.many ? [] : undefined);
  return given === undefined ? option.default : numberOf(name, option, typeof given === "string" ? given : "");
}

/** Node's own message, without its advice. */
const firstSentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/(\. |\.?\n)[\s\S]*$/, "")
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());

/** Node calls a value that begins with a dash ambiguous. */
const plainly = (sentence: string): string =>
  sentence
    .replace(
      /^option '(--[\w-]+)' argument is ambiguous$/,
      "$1 needs a value; one that begins with a dash is written $1=-…",
    )
    .replace(/^option '(?:-\w, )?(--[\w-]+) <value>' argument missing$/, "$1 needs a value");

/**
 * Reads `args` (without program and script) by `command`; null where help is asked for.
 * Throws CommandLineError on an unknown option, an option without its value, a number out of range, and a word where none is taken.
 */
export function parseCommandLine<const C extends CommandLine>(
  command: C,
  args: readonly string[],
): { values: ValuesOf<C>; words: string[] } | null {
  const options: Readonly<Record<string, Option>> = command.options ?? {};
  const shapes = Object.entries(options).map(([name, option]) => [
    name,
    { type: option.kind === "flag" ? "boolean" : "string", multiple: option.kind === "text" && option.many === true },
  ]);
  let given: { values: Record<string, unknown>; positionals: string[] };
  try {
    given = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(shapes), help: { type: "boolean", short: "h" } },
      allowPositionals: command.words !== undefined,
    });
  } catch (error) {
    throw new CommandLineError(plainly(firstSentence(error)), { cause: error });
  }
  if (given.values["help"] === true) return null;
  const values = Object.entries(options).map(([name, option]) => [name, valueOf(name, option, given.values[name])]);
  return { values: Object.fromEntries(values) as ValuesOf<C>, words: given.positionals };
}

/** Prints one line that names the command and where to look, and ends the process with 2. */
export function refuseCommandLine(command: CommandLine, problem: string): never {
  console.error(`${command.name}: ${problem}; "${command.name} -- --help" lists what there is`);
  process.exit(2);
}

/** Refuses the command line where one of `given` is none of `known`; `what` is said of each, such as `operation`. */
export function requireKnown(
  command: CommandLine,
  what: string,
  given: readonly string[],
  known: readonly string[],
): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined)
    refuseCommandLine(command, `no ${what} is called "${unknown}"; there are ${known.join(", ")}`);
}

/**
 * Reads the process's command line by `command`. `--help` prints the usage and ends the process with 0; what cannot be used is one
 * line on stderr and exit code 2.
 */
export function readCommandLine<const C extends CommandLine>(
  command: C,
  args: readonly string[] = process.argv.slice(2),
): { values: ValuesOf<C>; words: string[] } {
  try {
    const given = parseCommandLine(command, args);
    if (given) return given;
  } catch (error) {
    if (error instanceof CommandLineError) return refuseCommandLine(command, error.message);
    throw error;
  }
  console.log(usageOf(command));
  process.exit(0);
}
