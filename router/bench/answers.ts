/** Whether contenders answer alike: checked before anything is timed. */
import type { RunningRouter } from "./children.ts";
import type { Operation } from "./workload/workload.ts";

export type Answer = { data?: unknown; errors?: unknown[] };

/** JSON with the keys of every object sorted, so that equal answers are equal texts. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

async function ask({ url }: RunningRouter, operation: Operation, token: string, n: number): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: operation.query, variables: operation.variables(n) }),
  });
  return (await response.json()) as Answer;
}

/**
 * Contenders whose answers to `operation` differ from the first one's, with a line that says how: data byte for byte
 * after sorting keys, and errors there or not.
 */
export async function differing(
  routers: readonly RunningRouter[],
  operation: Operation,
  token: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const n of [1, 2]) {
    const [first, ...rest] = await Promise.all(routers.map(async (router) => ask(router, operation, token, n)));
    for (const [index, answer] of rest.entries()) {
      const name = routers[index + 1]?.name ?? "";
      if (canonical(answer.data) !== canonical(first?.data)) found.set(name, "other data");
      else if (!answer.errors?.length !== !first?.errors?.length)
        found.set(name, `errors: ${JSON.stringify(answer.errors ?? first?.errors).slice(0, 200)}`);
    }
    const size = JSON.stringify(first ?? {}).length;
    if (size < 100) throw new Error(`${operation.name} is answered by ${JSON.stringify(first)}`);
  }
  return found;
}
