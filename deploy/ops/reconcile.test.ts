import { expect, test } from "vitest";
import { readSince } from "./reconcile.ts";

const now = new Date("2026-06-01T05:00:00Z");

test.each([
  [undefined, "2026-05-29T05:00:00.000Z"],
  ["24h", "2026-05-31T05:00:00.000Z"],
  ["90m", "2026-06-01T03:30:00.000Z"],
  ["7d", "2026-05-25T05:00:00.000Z"],
  ["2026-05-01", "2026-05-01T00:00:00.000Z"],
  ["2026-05-01T10:00:00+07:00", "2026-05-01T03:00:00.000Z"],
])("%s begins at %s", (text, since) => {
  expect(readSince(text, now).toISOString()).toBe(since);
});

test.each(["", "yesterday", "0h", "-3h", "2026-06-01T05:00:00Z", "2027-01-01", "24", "1e3d", "2026-13-45"])(
  "%s is refused",
  (text) => {
    expect(() => readSince(text, now)).toThrow(/^--since takes/);
  },
);
