import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cursorId, cursorInstant, pageOf, writeCursor, type PageArguments, type Slice } from "./connection.ts";
import { newId } from "../id.ts";

const badInput = expect.objectContaining({ extensions: expect.objectContaining({ code: "BAD_USER_INPUT" }) });

type Position = readonly [key: number, id: number];

const compare = (one: Position, other: Position): number => one[0] - other[0] || one[1] - other[1];

/** A list of rows that are ordered by a key, which several may share, and an id; and how often it was read. */
function listOf(rows: readonly Position[]) {
  const reads: Slice<Position>[] = [];
  const sorted = rows.toSorted(compare);
  return {
    reads,
    sorted,
    name: "rows",
    shape: z.tuple([z.int(), z.int()]),
    read(slice: Slice<Position>) {
      reads.push(slice);
      const { after, before, isBackward, limit } = slice;
      const found = sorted.filter((row) => isBetween(after, row, before));
      return (isBackward ? found.toReversed() : found).slice(0, limit);
    },
    positionOf: (row: Position) => row,
    edgeOf: (node: Position) => ({ node }),
  };
}

const isBetween = (after: Position | null, row: Position, before: Position | null): boolean =>
  (after === null || compare(row, after) > 0) && (before === null || compare(row, before) < 0);

const numbers = (length: number) => listOf(Array.from({ length }, (_, key) => [key, 0] as const));

const cursor = (position: Position | null | undefined) => (position ? writeCursor("rows", position) : null);

/** What GraphQL answers of a flag, which may be on its way. */
const settled = (flag: boolean) => Promise.resolve(flag);

type Shown = {
  rows: Position[];
  startCursor: string | null;
  endCursor: string | null;
  hasPreviousPage: boolean;
  hasNextPage: boolean;
};

async function shownBy(args: PageArguments, list: ReturnType<typeof listOf>): Promise<Shown> {
  const { edges, pageInfo } = await pageOf(args, list);
  const { startCursor, endCursor } = pageInfo;
  const hasPreviousPage = await settled(pageInfo.hasPreviousPage);
  const hasNextPage = await settled(pageInfo.hasNextPage);
  return { rows: edges.map(({ node }) => node), startCursor, endCursor, hasPreviousPage, hasNextPage };
}

// Few keys and ids, so that keys are shared and cursors name rows that are there as often as rows that were deleted.
const position = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4 }));
const given = fc.record({
  rows: fc.uniqueArray(position, { maxLength: 12, comparator: (one, other) => compare(one, other) === 0 }),
  size: fc.integer({ min: 1, max: 14 }),
  isBackward: fc.boolean(),
  after: fc.option(position, { nil: null }),
  before: fc.option(position, { nil: null }),
});

describe("a page", () => {
  test("shows what lies between its cursors, from the end that was asked for, and says truly what lies beyond", async () => {
    await fc.assert(
      fc.asyncProperty(given, async ({ rows, size, isBackward, after, before }) => {
        const list = listOf(rows);
        const way = isBackward ? { last: size } : { first: size };
        const { edges, pageInfo } = await pageOf({ ...way, after: cursor(after), before: cursor(before) }, list);
        const between = list.sorted.filter((row) => isBetween(after, row, before));
        const shown = isBackward ? between.slice(-size) : between.slice(0, size);
        expect(edges).toEqual(shown.map((node) => ({ node, cursor: cursor(node) })));
        const [first, last] = [shown[0] ?? null, shown.at(-1) ?? null];
        expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([cursor(first), cursor(last)]);
        const isBefore = list.sorted.some((row) => isBetween(null, row, first ?? before));
        const isBehind = list.sorted.some((row) => isBetween(last ?? after, row, null));
        expect([await settled(pageInfo.hasPreviousPage), await settled(pageInfo.hasNextPage)]).toEqual([
          isBefore,
          isBehind,
        ]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("follows the one before without gap or repetition, in both directions", async () => {
    await fc.assert(
      fc.asyncProperty(given, async ({ rows, size }) => {
        const list = listOf(rows);
        const walked: Position[] = [];
        for (let after: string | null = null, more = true; more;) {
          const page = await shownBy({ first: size, after }, list);
          walked.push(...page.rows);
          [after, more] = [page.endCursor, page.hasNextPage];
        }
        expect(walked).toEqual(list.sorted);
        for (let before: string | null = null, more = true; more;) {
          const page = await shownBy({ last: size, before }, list);
          expect(walked.splice(-page.rows.length, page.rows.length)).toEqual(page.rows);
          [before, more] = [page.startCursor, page.hasPreviousPage];
        }
        expect(walked).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("looks up what lies beyond only when it is asked for, and only where its rows do not tell", async () => {
    const list = numbers(9);
    const { pageInfo } = await pageOf({ first: 2, after: cursor([3, 0]) }, list);
    expect(list.reads).toHaveLength(1);
    expect(await settled(pageInfo.hasNextPage)).toBe(true);
    expect(list.reads).toHaveLength(1);
    expect(await settled(pageInfo.hasPreviousPage)).toBe(true);
    expect(list.reads).toHaveLength(2);
  });

  test("has 1 to 100 rows, the list's own number unless another is asked for, and one direction", async () => {
    const list = { ...numbers(200), size: 7 };
    expect((await pageOf({}, list)).edges).toHaveLength(7);
    expect((await pageOf({ before: cursor([100, 0]) }, list)).edges).toHaveLength(7);
    expect((await pageOf({}, numbers(200))).edges).toHaveLength(20);
    expect((await pageOf({ first: 100 }, list)).edges).toHaveLength(100);
    expect((await pageOf({ last: 100, first: null }, list)).edges).toHaveLength(100);
    for (const size of [0, -1, 101, 1.5, Number.NaN]) {
      await expect(pageOf({ first: size }, list)).rejects.toEqual(badInput);
      await expect(pageOf({ last: size }, list)).rejects.toEqual(badInput);
    }
    await expect(pageOf({ first: 1, last: 1 }, list)).rejects.toEqual(badInput);
  });

  test("that is refused names the argument first", async () => {
    const refused = async (args: PageArguments) => {
      const error: unknown = await pageOf(args, numbers(1)).catch((problem: unknown) => problem);
      return (error as Error).message;
    };
    expect(await refused({ first: 0 })).toBe("first must be from 1 to 100.");
    expect(await refused({ last: -1 })).toBe("last must be from 1 to 100.");
    expect(await refused({ after: "?" })).toBe("after is not a cursor of this list.");
    expect(await refused({ before: "?" })).toBe("before is not a cursor of this list.");
  });
});

describe("cursors", () => {
  const list = {
    name: "orders",
    shape: z.tuple([cursorInstant, cursorId("ord")]),
    read: (slice: Slice<readonly [number, string]>) => (slice.after ? [slice.after] : []),
    positionOf: (row: readonly [number, string]) => row,
    edgeOf: () => ({}),
  };
  const refused = async (text: string) => {
    await expect(pageOf({ after: text }, list)).rejects.toEqual(badInput);
    await expect(pageOf({ before: text }, list)).rejects.toEqual(badInput);
  };

  test("come back as they were written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 253_402_300_799_999 }), async (at) => {
        const after = writeCursor("orders", [at, newId("ord")]);
        expect((await pageOf({ after }, list)).pageInfo.startCursor).toBe(after);
      }),
    );
  });

  test("of other lists, of no list and of instants that nothing can hold are refused", async () => {
    const odd: [string | number, ...(string | number)[]][] = [
      [1],
      [1, newId("usr")],
      [1, newId("ord"), 2],
      ["1", newId("ord")],
      [1e300, newId("ord")],
      [-1, newId("ord")],
      [1.5, newId("ord")],
    ];
    for (const values of odd) await refused(writeCursor("orders", values));
    await refused(writeCursor("payouts", [1, newId("ord")]));
    for (const text of ["", "null", "{}", "[]", "1", `"orders"`, `{"0":"orders"}`, "["])
      await refused(Buffer.from(text).toString("base64url"));
    await fc.assert(fc.asyncProperty(fc.string(), refused));
  });
});
