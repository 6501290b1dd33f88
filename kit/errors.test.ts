import { pino } from "pino";
import { expect, test } from "vitest";
import { errorCatalogue, graphqlError, isErrorCode, maskError } from "./errors.ts";

/** A log that keeps its lines. */
function memoryLog() {
  const lines: string[] = [];
  return { lines, log: pino({}, { write: (line) => void lines.push(line) }) };
}

const traceId = "a".repeat(32);
const leak = "password=hunter2 at 10.0.0.7";

test("an unknown error becomes INTERNAL_SERVER_ERROR: the trace id outside, the original in the log", () => {
  const { lines, log } = memoryLog();
  const formatted = {
    message: leak,
    path: ["order", 0],
    locations: [{ line: 1, column: 2 }],
    extensions: { stacktrace: [leak] },
  };
  const masked = maskError(formatted, new Error(leak), { log, traceId });
  expect(masked).toEqual({
    message: errorCatalogue.INTERNAL_SERVER_ERROR.message,
    path: ["order", 0],
    locations: [{ line: 1, column: 2 }],
    extensions: { code: "INTERNAL_SERVER_ERROR", traceId },
  });
  expect(lines.length).toBe(1);
  expect(lines[0]).toContain(leak);
  expect(lines[0]).toContain(traceId);
});

test.each(["INTERNAL_SERVER_ERROR", "DOWNSTREAM_SERVICE_ERROR", "23505", "toString", 42])(
  "the code %j lets no text out",
  (code) => {
    const { log } = memoryLog();
    const masked = maskError({ message: leak, extensions: { code, sql: leak } }, undefined, { log });
    expect(JSON.stringify(masked)).not.toContain("hunter2");
    expect(masked.extensions).toEqual({ code: "INTERNAL_SERVER_ERROR" });
  },
);

const passing = Object.keys(errorCatalogue)
  .filter(isErrorCode)
  .filter((code) => code !== "INTERNAL_SERVER_ERROR");

test.each(passing)("%s passes with its message, and without other extensions", (code) => {
  const { lines, log } = memoryLog();
  const error = graphqlError(code, "as written");
  const formatted = { ...error.toJSON(), path: ["a"], extensions: { ...error.extensions, stacktrace: [leak] } };
  expect(maskError(formatted, error, { log, traceId })).toEqual({
    message: "as written",
    path: ["a"],
    extensions: { code },
  });
  expect(lines).toEqual([]);
});

test("what Apollo Server says of a malformed request passes", () => {
  const { log } = memoryLog();
  const formatted = { message: "Syntax Error", extensions: { code: "GRAPHQL_PARSE_FAILED" } };
  expect(maskError(formatted, undefined, { log })).toEqual(formatted);
});

test("a catalogue error has the catalogue's sentence unless given another", () => {
  expect(graphqlError("FORBIDDEN").message).toBe(errorCatalogue.FORBIDDEN.message);
  expect(graphqlError("FORBIDDEN", "No.").toJSON()).toEqual({ message: "No.", extensions: { code: "FORBIDDEN" } });
});
