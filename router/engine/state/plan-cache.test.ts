/** Prepared operations are kept by the bytes that they take, however many or large they are. */
import { parse } from "graphql";
import { expect, test } from "vitest";
import { composeGraph } from "../in-process-graph.ts";
import { choose, prepared } from "./operation-cache.ts";
import { createSupergraphState } from "./supergraph-state.ts";

const sdl = composeGraph({ a: { sdl: "type Query { one: Int two: Int }" } });

/** A document of about ten thousand characters, unlike those of other numbers. */
const large = (number: number) =>
  `{ ${Array.from({ length: 500 }, (_each, n) => `alias${number}_${n}: one`).join(" ")} }`;

test("hundreds of distinct documents of ten kilobytes stay within the cache's bytes, the latest of them kept", () => {
  const maxBytes = 10_000_000;
  const state = createSupergraphState(sdl, maxBytes);
  const weights: number[] = [];
  for (let number = 0; number < 60; number++) {
    const document = parse(large(number));
    prepared(state, document, choose(document, undefined), new Set(), {}, false);
    expect(state.prepared.bytes).toBeLessThanOrEqual(maxBytes);
    weights.push(state.prepared.bytes / state.prepared.size);
  }
  expect(state.prepared.size).toBeLessThan(15);
  // Each counts with what it takes: about a megabyte, a hundred times its text.
  expect(weights.at(-1)).toBeGreaterThan(1_000_000);
  const last = parse(large(59));
  prepared(state, last, choose(last, undefined), new Set(), {}, false, () => expect.unreachable());
});

test("one document under very many values of its conditions leaves no more than the cache's bytes", () => {
  const state = createSupergraphState(sdl, 100_000);
  const names = Array.from({ length: 10 }, (_each, n) => `v${n}`);
  const document = parse(
    `query (${names.map((name) => `$${name}: Boolean!`).join()}) { ${names.map((name) => `${name}: one @include(if: $${name})`).join(" ")} }`,
  );
  for (let bits = 0; bits < 200; bits++) {
    const values = Object.fromEntries(names.map((name, n) => [name, (bits & (1 << n)) !== 0]));
    prepared(state, document, choose(document, undefined), new Set(), values, false);
    expect(state.prepared.bytes).toBeLessThanOrEqual(100_000);
  }
});
