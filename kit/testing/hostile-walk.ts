/** Sends hostile requests through a real subgraph and tells which answers are not what they have to be. */
import type { Caller } from "../access/identity.ts";
import type { HostileRequest } from "./hostile-input.ts";

type Answer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
};
type Send = (query: string, variables: object, caller: Caller) => Promise<Answer>;

const faults = new Set(["INTERNAL_SERVER_ERROR", "SUBGRAPH_UNAVAILABLE"]);

const codesOf = ({ errors = [] }: Answer): string[] => errors.map(({ extensions }) => extensions.code);

const isRefused = (answer: Answer): boolean =>
  codesOf(answer).includes("BAD_USER_INPUT") ||
  Object.values(answer.data ?? {}).some(
    (value) => (value as { __typename?: string } | null)?.__typename === "InvalidInputError",
  );

/** What a request came to: a line where that is wrong, null where it is right. */
function complaint({ what, isText }: HostileRequest, answer: Answer): string | null {
  const codes = codesOf(answer);
  const came = codes.length > 0 ? codes.join() : JSON.stringify(answer.data).slice(0, 80);
  if (codes.some((code) => faults.has(code))) return `${what}: ${came}`;
  return isText && !isRefused(answer) ? `${what}: not refused, but ${came}` : null;
}

/**
 * Sends each request as the first of `callers` who may ask it; those of other than text as every caller, since each reaches
 * other rows. Answers the complaints, at most one a request.
 */
export async function walk(
  send: Send,
  requests: readonly HostileRequest[],
  callers: readonly Caller[],
): Promise<string[]> {
  const complaints: string[] = [];
  for (const request of requests) {
    for (const caller of callers) {
      const answer = await send(request.query, request.variables, caller);
      if (codesOf(answer).includes("FORBIDDEN")) continue;
      const wrong = complaint(request, answer);
      if (wrong) complaints.push(wrong);
      if (wrong || request.isText) break;
    }
  }
  return complaints;
}
