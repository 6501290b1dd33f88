import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundaryOf, partsOf, resultOf } from "./multipart.ts";

const encoder = new TextEncoder();

/** `text` cut after each of `lengths` bytes. */
async function* pieces(text: string, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = encoder.encode(text);
  let from = 0;
  for (const length of lengths) {
    yield bytes.slice(from, from + length);
    from += length;
  }
  yield bytes.slice(from);
}

async function read(text: string, lengths: readonly number[] = [], boundary = "graphql"): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of partsOf(pieces(text, lengths), boundary)) values.push(value);
  return values;
}

const part = (value: unknown) =>
  `\r\n--graphql\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(value)}`;

test.each([
  ['multipart/mixed;boundary="graphql";subscriptionSpec=1.0', "graphql"],
  ["multipart/mixed; boundary=-", "-"],
  ["Multipart/Mixed", "-"],
  ["application/json", null],
  ["multipart/mixedup; boundary=x", null],
])("the boundary of %s", (contentType, boundary) => expect(boundaryOf(contentType)).toBe(boundary));

describe("parts", () => {
  const events = [{ payload: { data: { a: "é–🛵" } } }, {}, { payload: { data: { a: "\r\n--graph" } } }];
  const body = `${events.map(part).join("")}\r\n--graphql--\r\n`;

  test("come whole, however their bytes were cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }), async (lengths) => {
        expect(await read(body, lengths)).toEqual(events);
      }),
    );
  });

  test("may begin without a line break, and after a preamble", async () => {
    expect(await read(body.slice(2))).toEqual(events);
    expect(await read(`hello${body}`)).toEqual(events);
  });

  test("after the last delimiter nothing counts; a part that was cut off is none", async () => {
    expect(await read(`${body}${part({ more: true })}`)).toEqual(events);
    expect(await read(part(1) + part(2))).toEqual([1]);
  });

  test("that are not JSON are an error", async () => {
    await expect(read("\r\n--graphql\r\n\r\n{oops\r\n--graphql--")).rejects.toBeInstanceOf(SyntaxError);
  });
});

test.each([
  ["an event", { payload: { data: { a: 1 } } }, { data: { a: 1 } }],
  ["a heartbeat", {}, null],
  ["the end", { payload: null }, null],
  ["an end by error", { payload: null, errors: [{ message: "x" }] }, { errors: [{ message: "x" }] }],
  ["a first part of incremental delivery", { data: {}, hasNext: true }, { data: {}, hasNext: true }],
  ["a later one", { incremental: [], hasNext: false }, { incremental: [], hasNext: false }],
  ["no object", "x", null],
])("the result in %s", (_title, value, result) => expect(resultOf(value)).toEqual(result));
