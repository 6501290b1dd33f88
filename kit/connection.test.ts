import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { connectionOf, cursorId, cursorInstant, pageSize, readCursor, writeCursor } from "./connection.ts";
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

test("pages hold 1 to 100, 20 unless told", () => {
  expect([pageSize(null), pageSize(1), pageSize(100)]).toEqual([20, 1, 100]);
  for (const first of [0, -1, 101, 1.5, Number.NaN]) expect(() => pageSize(first)).toThrow(badInput);
});

test("the row too many tells that others follow, and is not shown", () => {
  const edgeOf = (row: number) => ({ cursor: writeCursor(row), node: row });
  expect(connectionOf([1, 2, 3], 2, false, edgeOf)).toEqual({
    edges: [edgeOf(1), edgeOf(2)],
    pageInfo: {
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: writeCursor(1),
      endCursor: writeCursor(2),
    },
  });
  expect(connectionOf([], 2, true, edgeOf).pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: true,
    startCursor: null,
    endCursor: null,
  });
});
