import { expect, test } from "vitest";
import { answerUntil, createInFlight, type Call } from "./in-flight.ts";

type Told = Call<string> & { resolve(value: string): void; reject(error: Error): void; aborted: unknown[] };

function call(): Told {
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
  const aborted: unknown[] = [];
  const abort = (reason: unknown) => {
    aborted.push(reason);
    reject(reason as Error);
  };
  return { answer, resolve, reject, abort, aborted };
}

/** A share that starts the given calls, one after the other. */
function sharing(...calls: Told[]) {
  const share = createInFlight<string>();
  const left = [...calls];
  const start = () => left.shift() ?? expect.fail("one call too many");
  return (kind: string, key: string, signal = new AbortController().signal) => share(kind, key, signal, start);
}

test("one call for the same kind and key, another for another of either", async () => {
  const calls = [call(), call(), call()] as const;
  const ask = sharing(...calls);
  const answers = [ask("a", "1"), ask("a", "1"), ask("a", "2"), ask("b", "1"), ask("a", "2"), ask("b", "1")];
  for (const [index, one] of calls.entries()) one.resolve(`call ${index}`);
  expect(await Promise.all(answers)).toEqual(["call 0", "call 0", "call 1", "call 2", "call 1", "call 2"]);
});

test("once the answer is there, or the call has failed, the next one asks anew", async () => {
  const calls = [call(), call(), call()] as const;
  const ask = sharing(...calls);
  const first = ask("a", "1");
  calls[0].resolve("first");
  expect(await first).toBe("first");
  const second = [ask("a", "1"), ask("a", "1")];
  calls[1].reject(new Error("down"));
  for (const { status } of await Promise.allSettled(second)) expect(status).toBe("rejected");
  const third = ask("a", "1");
  calls[2].resolve("third");
  expect(await third).toBe("third");
});

test("who leaves is let go at once; the last to leave aborts the call, and nobody joins it any more", async () => {
  const calls = [call(), call()] as const;
  const ask = sharing(...calls);
  const [one, other] = [new AbortController(), new AbortController()];
  const asked = [ask("a", "1", one.signal), ask("a", "1", other.signal)];
  one.abort(new Error("gone"));
  await expect(asked[0]).rejects.toThrow("gone");
  expect(calls[0].aborted).toEqual([]);
  other.abort(new Error("gone too"));
  const later = ask("a", "1");
  await expect(asked[1]).rejects.toThrow("gone too");
  expect(calls[0].aborted).toEqual([new Error("gone too")]);
  calls[1].resolve("second");
  expect(await later).toBe("second");
});

test("a signal that has aborted before rejects, and the call's own failure is nobody's", async () => {
  const only = call();
  const answer = answerUntil(only, AbortSignal.abort(new Error("too late")), () => only.abort(new Error("left")));
  await expect(answer).rejects.toThrow("too late");
  expect(only.aborted).toHaveLength(1);
});
