import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { patientProgress } from "./progress.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a step that takes long is named again, until the start has ended", () => {
  const said: string[] = [];
  const { progress, ended } = patientProgress((line) => said.push(line));
  progress("starting Postgres");
  vi.advanceTimersByTime(25_000);
  progress("starting the router");
  vi.advanceTimersByTime(9_000);
  ended();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([
    "starting Postgres",
    "still starting Postgres, after 10 s",
    "still starting Postgres, after 20 s",
    "starting the router",
  ]);
});
