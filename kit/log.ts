/** Structured logs: one JSON object a line on stdout, secrets redacted. */
import { pino, type Logger } from "pino";

export type Log = Logger;

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

/** A logger that names its service in each line; `level` as in pino, `silent` writes nothing. Line breaks are escaped by JSON. */
export const createLog = (options: { service: string; level: string }): Log =>
  pino({
    level: options.level,
    base: { service: options.service },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  });
