/** Errors as logs and tables may hold them: what went wrong and where in the code, never the values that it went wrong with. */
import { GraphQLError } from "graphql";

/** One error for a log; `cause` is what is behind it, at most five deep. */
export type LoggedError = {
  type: string;
  message: string;
  code?: string;
  /** What Postgres says beside its message, values left out. */
  constraint?: string;
  table?: string;
  column?: string;
  routine?: string;
  /** Text of a statement, its parameters as `$1`, `$2` … */
  query?: string;
  path?: string;
  stack?: string;
  cause?: LoggedError;
};

const mostCauses = 5;
const longestText = 1_000;

/** What stands for a person or a parameter in a text that something else wrote. */
const emailAddress = /[^\s@"'`<>()[\]{},;:=]+@[^\s@"'`<>()[\]{},;:=]+\.[^\s@"'`<>()[\]{},;:=.]+/g;
const parameters = /\bparam(?:s|eters)?: [\s\S]*$/i;

/** A text without e-mail addresses, and without the parameters that some drivers put at its end. */
export const withoutPersons = (text: string): string =>
  text.replace(parameters, "params: [left out]").replaceAll(emailAddress, "[e-mail]").slice(0, longestText);

type Fields = Readonly<Record<string, unknown>>;

const textIn = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value.slice(0, longestText) : undefined;
};

/** Postgres quotes the value at fault in its message, and tells rows and keys in `detail` and `where`: all of that stays out. */
function postgresFields(fields: Fields): Partial<LoggedError> | undefined {
  const isPostgres = textIn(fields, "severity") !== undefined && textIn(fields, "routine") !== undefined;
  if (!isPostgres) return undefined;
  const [message = ""] = (textIn(fields, "message") ?? "").split(/["\n]/, 1);
  return {
    message: withoutPersons(message.trim()),
    ...present({
      constraint: textIn(fields, "constraint_name"),
      table: textIn(fields, "table_name"),
      column: textIn(fields, "column_name"),
      routine: textIn(fields, "routine"),
    }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;

/** drizzle's message is the statement and all of its parameters. */
function statementFields(fields: Fields): Partial<LoggedError> | undefined {
  const query = "params" in fields ? textIn(fields, "query") : undefined;
  return query === undefined ? undefined : { message: "Failed query", query };
}

/** The lines that name places in the code; V8 puts the message before them. */
const placesOf = (stack: string | undefined): string | undefined =>
  stack
    ?.split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");

/** An error for a log, whatever was thrown. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutPersons(String(error)) };
  // What wraps another error for GraphQL repeats its message.
  const original = error instanceof GraphQLError ? error.originalError : undefined;
  if (original && original !== error) {
    const path = (error as GraphQLError).path?.join(".");
    return { ...loggedError(original, depth), ...present({ path }) };
  }
  const fields = error as unknown as Fields;
  const code = fields["code"];
  const cause = error.cause !== undefined && depth < mostCauses ? loggedError(error.cause, depth + 1) : undefined;
  return {
    type: error.name,
    message: withoutPersons(error.message),
    ...present({
      code: typeof code === "string" || typeof code === "number" ? String(code) : undefined,
      stack: placesOf(error.stack),
    }),
    ...postgresFields(fields),
    ...statementFields(fields),
    ...present({ cause }),
  };
}

/** The same in one line, for a column or a message. */
export function errorText(error: unknown): string {
  const { type, message, code, constraint, cause } = loggedError(error);
  const about = [code, constraint].filter((part) => part !== undefined).join(" ");
  const own = `${type}: ${message}${about === "" ? "" : ` (${about})`}`;
  return error instanceof Error && cause ? `${own}; ${errorText(error.cause)}` : own;
}
