import { afterAll, beforeAll, expect, test } from "vitest";
import { fingerprintOf, idempotent } from "./idempotency.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";

const now = new Date("2026-01-01T00:00:00Z");
let database: KitDatabase;

beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());

const ask = (key: string, body: unknown, run: () => Promise<unknown>) =>
  idempotent(database.db, { scope: "usr", operation: "place", key, fingerprintOf: body, now }, run);

test("concurrent and later repetitions get the first answer; another body conflicts", async () => {
  let runs = 0;
  const run = async () => ({ order: ++runs });
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask("k1", { a: 1, b: [2] }, run)));
  expect(answers.map((answer) => answer.kind === "done" && answer.value)).toEqual(Array(6).fill({ order: 1 }));
  expect(answers.filter((answer) => answer.kind === "done" && !answer.replayed).length).toBe(1);
  expect(await ask("k1", { b: [2], a: 1 }, run)).toEqual({
    kind: "done",
    value: { order: 1 },
    replayed: true,
  });
  expect(await ask("k1", { a: 2, b: [2] }, run)).toEqual({ kind: "conflict" });
  expect(runs).toBe(1);
});

test("a failed run leaves the key free", async () => {
  await expect(ask("k2", {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await ask("k2", {}, async () => null)).toEqual({
    kind: "done",
    value: null,
    replayed: false,
  });
  expect(await ask("k2", {}, async () => "other")).toEqual({
    kind: "done",
    value: null,
    replayed: true,
  });
});

test("a fingerprint ignores the order of keys, not of lists", () => {
  expect(fingerprintOf({ a: 1, b: { c: 1, d: 2 } })).toBe(fingerprintOf({ b: { d: 2, c: 1 }, a: 1 }));
  expect(fingerprintOf([1, 2])).not.toBe(fingerprintOf([2, 1]));
});
