/** Which operation of a text is meant. */
import { Kind, parse } from "graphql";

function operationsIn(query: string): (string | undefined)[] {
  try {
    return parse(query, { noLocation: true }).definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value] : [],
    );
  } catch {
    return [];
  }
}

/** The name to send: `chosen` where `query` has it, else that of its only operation. The editor's choice lags behind its text while that changes. */
export function operationNameFor(query: string, chosen: string | null | undefined): string | undefined {
  const names = operationsIn(query);
  if (names.length === 1) return names[0];
  return chosen != null && (names.length === 0 || names.includes(chosen)) ? chosen : undefined;
}
