/** Answers in a form in which two engines can be compared. */
import { parseJson } from "../exact-json.ts";
import type { ExecutionResult, GraphQLError } from "graphql";

type Path = readonly (string | number)[];

/** One error: where, and what kind of thing it says. Wording of the engines' own messages does not count, that of subgraphs does. */
export type Told = { readonly path: Path | undefined; readonly kind: string; readonly message: string };

/** An answer; `data` is undefined where there is no such entry. */
export type Answer = { readonly data: unknown; readonly errors: readonly Told[] };

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^Cannot return null for non-nullable/, "null in a non-null place"],
  [/^Variable "\$\w+"/, "variable that cannot be coerced"],
  [/ must not be null\.$/, "null for a non-null argument"],
  [/ is down$|is not available|unavailable/i, "outage"],
  [/^(Invalid value found|\w+ cannot represent|Enum .* cannot represent)/, "value of another type"],
];

function kindOf({ message, extensions }: Pick<GraphQLError, "message" | "extensions">): string {
  // Of a mutation an outage says that its outcome is not known.
  const code = extensions?.["code"];
  if (code === "SUBGRAPH_UNAVAILABLE" || code === "OUTCOME_UNKNOWN") return "outage";
  return kinds.find(([pattern]) => pattern.test(message))?.[1] ?? message;
}

/** What the engine keeps from clients, for the person who reads a reproduction. */
function fullMessage({ message, originalError }: GraphQLError): string {
  const hidden = originalError?.message;
  return hidden === undefined || hidden === message ? message : `${message} (${hidden})`;
}

const plain = (value: unknown): unknown => (value === undefined ? undefined : parseJson(JSON.stringify(value), 2));

/** An engine's result as an answer; what it threw counts as an error without a path. */
export async function answerOf(running: () => Promise<ExecutionResult>): Promise<Answer> {
  try {
    const { data, errors = [] } = await running();
    return {
      data: plain(data),
      errors: errors.map((error) => ({ path: error.path, kind: kindOf(error), message: fullMessage(error) })),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      data: undefined,
      errors: [{ path: undefined, kind: `thrown: ${kindOf({ message, extensions: {} })}`, message }],
    };
  }
}

/** One line an error. */
export const tell = ({ path, message, kind }: Told): string =>
  `${path === undefined ? "(no path)" : path.join(".")}: ${message}${kind === message ? "" : ` [${kind}]`}`;
