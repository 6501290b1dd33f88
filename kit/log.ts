/** Structured logs: one JSON object a line on stdout, or one line of text for people on stderr; secrets redacted. */
import { pino, type Logger } from "pino";
import { z } from "zod";

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

/** A logger that names its service in each line; `level` as in pino, `silent` writes nothing. Line breaks are escaped by JSON. */
export const createLog = (options: { service: string; level: string; format?: z.infer<typeof logFormat> }): Log =>
  pino(
    {
      level: options.level,
      base: { service: options.service },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
    },
    options.format === "text" ? { write: (line: string) => console.error(textOf(line)) } : pino.destination(1),
  );
