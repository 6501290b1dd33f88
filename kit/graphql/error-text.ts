/** Messages about values without the values: a password that does not fit its type is still a password. */
import type { GraphQLFormattedError } from "graphql";

/** Codes under which GraphQL's own checks speak of what a client sent. */
const aboutInput = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "INTERNAL_SERVER_ERROR",
]);

/** What may follow a variable's place: it names types and fields of the schema only. */
const reason =
  /; ((?:Expected non-nullable type "[\w![\]]+" not to be null|Field "\w+" of required type "[\w![\]]+" was not provided|Expected type "\w+" to be an object|Field "\w+" is not defined by type "\w+"))\.(?: Did you mean [^?]*\?)?$/;

function variableMessage(message: string): string | undefined {
  const [, name] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (name === undefined) return undefined;
  // The first place that is named: before it, quotes within values are escaped.
  const place = [...message.matchAll(/ at "(\w+(?:\.\w+|\[\d+\])*)"; /g)].find(([, at = ""]) =>
    at.startsWith(name),
  )?.[1];
  const why = reason.exec(message)?.[1];
  const said = place === undefined ? "" : ` at "${place}"`;
  return `Variable "$${name}" has an invalid value${said}${why === undefined ? "" : `; ${why}`}.`;
}

/** The message with whatever a client sent as a value left out; names of fields, types and variables stay. */
export function withoutValues(message: string): string {
  const variable = variableMessage(message);
  if (variable !== undefined) return variable;
  return message
    .replace(/^Value ".*" does not exist in "(\w+)" enum\..*$/s, 'The enum "$1" does not have this value.')
    .replace(/\b(String|BlockString|Int|Float) ".*$/s, "$1.")
    .replace(/(Expected (?:value|non-nullable value) of type "[\w![\]]+"), found .*$/s, "$1.")
    .replace(/^((?:Enum )?"?\w+"? cannot represent [\w /,()-]*?)(?:: | "| \{| \[).*$/s, "$1.")
    .replace(/^(Value is not [\w -]+|[\w ]+ is not a valid [\w -]+): .*$/s, "$1.")
    .replace(/(Invalid (?:character|Unicode) escape sequence): .*$/s, "$1.");
}

/** For Apollo Server's `formatError`: errors of GraphQL's own checks without values. */
export function formatWithoutValues(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.["code"];
  if (typeof code !== "string" || !aboutInput.has(code)) return formatted;
  const message = withoutValues(formatted.message);
  return message === formatted.message ? formatted : { ...formatted, message };
}
