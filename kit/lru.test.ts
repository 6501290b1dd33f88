import { expect, test } from "vitest";
import { Lru } from "./lru.ts";

const texts = (maxBytes: number) => new Lru<string, string>({ maxBytes, weigh: (_key, text) => text.length });
const text = (bytes: number) => "x".repeat(bytes - 100);

test("entries count by their weight: what was asked for least recently goes first, and no more than need be", () => {
  const cache = texts(1_000);
  for (const key of ["a", "b", "c", "d"]) cache.set(key, text(200));
  expect(cache.get("a")).toBeDefined();
  cache.set("large", text(500));
  expect([...cache.keys()]).toEqual(["d", "a", "large"]);
  expect(cache.bytes).toBe(900);
});

test("an entry that alone is too heavy is not kept, nor what its key stood for before", () => {
  const cache = texts(1_000);
  cache.set("a", text(300));
  cache.set("b", text(300));
  cache.set("a", text(1_001));
  expect([cache.get("a"), cache.size, cache.bytes]).toEqual([undefined, 1, 300]);
});

test("replacing and deleting give their bytes back", () => {
  const cache = texts(1_000);
  for (let count = 0; count < 100; count++) cache.set("a", text(400));
  expect(cache.bytes).toBe(400);
  cache.delete("a");
  cache.delete("a");
  expect([cache.bytes, cache.size]).toEqual([0, 0]);
});

test("full is where another of the heaviest would push one out", () => {
  const cache = texts(1_000);
  cache.set("a", text(400));
  expect(cache.isFull).toBe(false);
  cache.set("b", text(300));
  expect(cache.isFull).toBe(true);
});
