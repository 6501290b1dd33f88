/** Structured logs: one JSON object a line on stdout, or one line of text for people on stderr; secrets redacted. */
import { pino, type Logger } from "pino";
import { z } from "zod";
import { loggedError, withoutPersons } from "./logged-error.ts";

export type Log = Logger;

/** Setting of how lines are written: `json` for machines, `text` for people at a terminal. */
export const logFormat = z.enum(["json", "text"]);

const secrets = [
  "password",
  "token",
  "accessToken",
  "refreshToken",
  "authorization",
  "cookie",
  "card",
  "phone",
  "secret",
];

type Line = {
  level: number;
  service?: string;
  msg?: string;
  err?: { message?: string };
  warning?: { message?: string };
};

/** A line of pino's JSON as one line for people: service, level, message, and the first line of the error behind it. */
export function textOf(json: string): string {
  const { level, service = "", msg = "", err, warning } = JSON.parse(json) as Line;
  const first = (err ?? warning)?.message?.split("\n")[0] ?? "";
  // The statement itself is for whoever reads the JSON.
  const reason = first.startsWith("Failed query:") ? "a query failed" : first;
  const said = [msg, reason].filter((part) => part !== "").join(": ");
  return `  ${service.padEnd(9)} ${pino.levels.labels[level] ?? level}: ${said}`;
}

/** What is to be logged, without the values in texts; pino would take an error's own text where no message is given. */
function withoutValues([first, ...others]: readonly unknown[]): unknown[] {
  if (typeof first === "string")
    return [first, ...others].map((part) => (typeof part === "string" ? withoutPersons(part) : part));
  const fields: unknown = first instanceof Error ? { err: first } : first;
  const { err } = (typeof fields === "object" && fields !== null ? fields : {}) as { err?: unknown };
  const [message, ...rest] = others.map((part) => (typeof part === "string" ? withoutPersons(part) : part));
  return [fields, message ?? (err instanceof Error ? loggedError(err).message : undefined), ...rest];
}

/** A logger that names its service in each line; `level` as in pino, `silent` writes nothing. Line breaks are escaped by JSON. */
export const createLog = (options: { service: string; level: string; format?: z.infer<typeof logFormat> }): Log =>
  pino(
    {
      level: options.level,
      base: { service: options.service },
      // Whoever logs an error logs what it says, not whom it is about; pino takes an error alone for `err`.
      serializers: { err: (error: unknown) => loggedError(error), error: (error: unknown) => loggedError(error) },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withoutValues(args) as typeof args);
        },
      },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
    },
    options.format === "text" ? { write: (line: string) => console.error(textOf(line)) } : pino.destination(1),
  );
