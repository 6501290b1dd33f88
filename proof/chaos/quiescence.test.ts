import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { untilCalm } from "./quiescence.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("what is still waited for is said every ten seconds, and answered at the end", async () => {
  const said: string[] = [];
  const outcome = untilCalm(
    async () => ["orders: 2 events unsent", "provider: 1 webhooks untold"],
    25_000,
    (line) => said.push(line),
  );
  await vi.advanceTimersByTimeAsync(26_000);
  expect(await outcome).toEqual(["orders: 2 events unsent", "provider: 1 webhooks untold"]);
  const line = "still waiting for: orders: 2 events unsent, provider: 1 webhooks untold";
  expect(said).toEqual([line, line]);
});

test("nothing is said where it is calm", async () => {
  const said: string[] = [];
  expect(
    await untilCalm(
      async () => [],
      1_000,
      (line) => said.push(line),
    ),
  ).toEqual([]);
  expect(said).toEqual([]);
});
