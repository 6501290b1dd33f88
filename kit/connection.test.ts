import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cursorId, cursorInstant, pageOf, readCursor, writeCursor, type Slice } from "./connection.ts";
import { newId } from "./id.ts";

const shape = z.tuple([cursorInstant, cursorId("ord")]);
const badInput = expect.objectContaining({ extensions: expect.objectContaining({ code: "BAD_USER_INPUT" }) });

describe("cursors", () => {
  test("come back as they were written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (at) => {
        const id = newId("ord");
        expect(readCursor(shape, writeCursor(at, id))).toEqual([at, id]);
      }),
    );
    expect(readCursor(shape, null)).toBeNull();
  });

  test("of other lists, of no list and of instants that nothing can hold are refused", () => {
    const odd = [
      "nonsense",
      "",
      writeCursor(1),
      writeCursor(1, newId("usr")),
      writeCursor(1, newId("ord"), 2),
      writeCursor("1", newId("ord")),
      writeCursor(1e300, newId("ord")),
      writeCursor(-1, newId("ord")),
      writeCursor(1.5, newId("ord")),
    ];
    for (const cursor of odd) expect(() => readCursor(shape, cursor)).toThrow(badInput);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor(shape, text)).toThrow(badInput);
      }),
    );
  });
});

/** A list of the numbers from 0 to `length` - 1, and how often it was read. */
function numbers(length: number) {
  const reads: Slice<readonly [number]>[] = [];
  const rows = Array.from({ length }, (_, row) => row);
  return {
    reads,
    shape: z.tuple([z.int()]),
    read(slice: Slice<readonly [number]>) {
      reads.push(slice);
      const { after, before, isBackward, limit } = slice;
      const found = rows.filter((row) => (after === null || row > after[0]) && (before === null || row < before[0]));
      return (isBackward ? found.toReversed() : found).slice(0, limit);
    },
    edgeOf: (row: number) => ({ cursor: writeCursor(row), node: row }),
  };
}

/** What GraphQL answers of a flag, which may be on its way. */
const told = (flag: boolean) => Promise.resolve(flag);

const cursorOf = fc.option(fc.integer({ min: -2, max: 14 }), { nil: null });

test("any page shows what lies between its cursors, from the end that was asked for, and says truly what lies beyond", async () => {
  const sizes = fc.record({ length: fc.integer({ min: 0, max: 12 }), size: fc.integer({ min: 1, max: 14 }) });
  await fc.assert(
    fc.asyncProperty(sizes, fc.boolean(), cursorOf, cursorOf, async ({ length, size }, isBackward, after, before) => {
      const written = (place: number | null) => (place === null ? null : writeCursor(place));
      const way = isBackward ? { last: size } : { first: size };
      const { edges, pageInfo } = await pageOf(
        { ...way, after: written(after), before: written(before) },
        numbers(length),
      );
      const all = Array.from({ length }, (_, row) => row);
      const between = all.filter((row) => (after === null || row > after) && (before === null || row < before));
      const shown = isBackward ? between.slice(-size) : between.slice(0, size);
      expect(edges.map(({ node }) => node)).toEqual(shown);
      expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([
        written(shown[0] ?? null),
        written(shown.at(-1) ?? null),
      ]);
      const [first, last] = [shown[0], shown.at(-1)];
      if (first === undefined || last === undefined) return;
      expect(await told(pageInfo.hasPreviousPage)).toBe(first > 0);
      expect(await told(pageInfo.hasNextPage)).toBe(last < length - 1);
    }),
    { numRuns: 500 },
  );
});

test("an empty page at either end of a list says on which side the list is", async () => {
  const beyond = await pageOf({ first: 2, after: writeCursor(4) }, numbers(5));
  expect([await told(beyond.pageInfo.hasPreviousPage), await told(beyond.pageInfo.hasNextPage)]).toEqual([true, false]);
  const ahead = await pageOf({ last: 2, before: writeCursor(0) }, numbers(5));
  expect([await told(ahead.pageInfo.hasPreviousPage), await told(ahead.pageInfo.hasNextPage)]).toEqual([false, true]);
  const none = await pageOf({}, numbers(0));
  expect([await told(none.pageInfo.hasPreviousPage), await told(none.pageInfo.hasNextPage)]).toEqual([false, false]);
});

test("what lies beyond is looked up only when it is asked for, and only where the page does not tell", async () => {
  const list = numbers(9);
  const { pageInfo } = await pageOf({ first: 2, after: writeCursor(3) }, list);
  expect(list.reads).toHaveLength(1);
  expect(await told(pageInfo.hasNextPage)).toBe(true);
  expect(list.reads).toHaveLength(1);
  expect(await told(pageInfo.hasPreviousPage)).toBe(true);
  expect(list.reads).toHaveLength(2);
});

test("a page has 1 to 100 rows, the list's own number unless told, and one direction", async () => {
  const list = { ...numbers(200), size: 7 };
  expect((await pageOf({}, list)).edges).toHaveLength(7);
  expect((await pageOf({ first: 100 }, list)).edges).toHaveLength(100);
  expect((await pageOf({ last: 100, first: null }, list)).edges).toHaveLength(100);
  for (const size of [0, -1, 101, 1.5, Number.NaN]) {
    await expect(pageOf({ first: size }, list)).rejects.toEqual(badInput);
    await expect(pageOf({ last: size }, list)).rejects.toEqual(badInput);
  }
  await expect(pageOf({ first: 1, last: 1 }, list)).rejects.toEqual(badInput);
  await expect(pageOf({ first: 1, before: "nonsense" }, list)).rejects.toEqual(badInput);
  await expect(pageOf({ last: 1, after: "nonsense" }, list)).rejects.toEqual(badInput);
});
