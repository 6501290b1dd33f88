/** Who begins when, by a clock and an event loop that the test moves. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAdmission } from "./admission.ts";

const look = () => vi.advanceTimersByTimeAsync(5);

let utilization: number;
let begun: number[];
let ends: Map<number, () => void>;
let admission: ReturnType<typeof createAdmission>;

beforeEach(() => {
  vi.useFakeTimers();
  utilization = 0.5;
  begun = [];
  ends = new Map();
  admission = createAdmission(() => utilization);
});
afterEach(() => void vi.useRealTimers());

/** Sends request number `n`, which is under way until `end(n)`. */
const send = (n: number) =>
  admission.admit(() => {
    begun.push(n);
    return new Promise<void>((end) => ends.set(n, end));
  });
const end = async (n: number) => {
  ends.get(n)?.();
  await vi.advanceTimersByTimeAsync(0);
};
const sendAll = (from: number, to: number) => {
  for (let n = from; n <= to; n++) void send(n);
};

test("as long as the event loop has rest, whoever waits begins soon", async () => {
  sendAll(1, 100);
  expect(begun).toHaveLength(64);
  await look();
  expect(begun).toHaveLength(96);
  await look();
  expect(begun).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

test("without rest a few at a time, first come, first served, and at least four", async () => {
  utilization = 1;
  sendAll(1, 8);
  for (let n = 0; n < 100; n++) await look();
  sendAll(9, 11);
  expect(begun).toHaveLength(8);
  for (const n of [1, 2, 3, 4]) await end(n);
  expect(begun).toHaveLength(8);
  await end(5);
  expect(begun.at(-1)).toBe(9);
  await end(6);
  expect(begun.at(-1)).toBe(10);
  await end(9);
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("between busy and restful the limit stays", async () => {
  utilization = 0.85;
  sendAll(1, 70);
  for (let n = 0; n < 20; n++) await look();
  expect(begun).toHaveLength(64);
});

test("a request that fails makes room as one that ends", async () => {
  utilization = 1;
  const failing = Array.from({ length: 64 }, () => admission.admit(() => Promise.reject(new Error("no"))));
  const waiting = send(1);
  expect(begun).toEqual([]);
  expect((await Promise.allSettled(failing)).every(({ status }) => status === "rejected")).toBe(true);
  expect(begun).toEqual([1]);
  await end(1);
  await waiting;
});
