import { expect, test } from "vitest";
import { isCodeOf, tryCode, type CollectionAttempt } from "./collection.ts";

const rule = { maxTries: 3, lockMs: 60_000 };
const start: CollectionAttempt = { collectionCode: "4711", wrongCodes: 0, codeLockedUntil: null };
const noon = new Date("2026-06-01T12:00:00Z");
const right = { ok: true, value: null };

test("the right code opens, any other does not, and an order without a code needs none", () => {
  expect(tryCode(start, "4711", noon, rule)).toEqual(right);
  for (const wrong of ["4712", "471", "47110", ""]) expect(tryCode(start, wrong, noon, rule).ok).toBe(false);
  const none = { ...start, collectionCode: null, codeLockedUntil: new Date(noon.getTime() + 1) };
  expect(tryCode(none, "whatever", noon, rule)).toEqual(right);
});

test("a code is the order's own, and an order without one has none", () => {
  expect(isCodeOf(start, "4711")).toBe(true);
  for (const wrong of ["4712", "471", "47110", ""]) expect(isCodeOf(start, wrong)).toBe(false);
  expect(isCodeOf({ collectionCode: null }, "")).toBe(false);
});

test("wrong codes count down to a lock; after it they are counted from the beginning", () => {
  let attempt = start;
  let now = noon;
  const wrong = () => {
    const tried = tryCode(attempt, "0000", now, rule);
    if (tried.ok || tried.error.tag !== "WRONG_CODE") throw new Error("it is no wrong code");
    const { triesLeft, wrongCodes, lockedUntil } = tried.error;
    attempt = { ...attempt, wrongCodes, codeLockedUntil: lockedUntil };
    return [triesLeft, wrongCodes, lockedUntil];
  };
  const until = new Date("2026-06-01T12:01:00Z");
  const locked = [
    [2, 1, null],
    [1, 2, null],
    [0, 3, until],
  ];
  expect([wrong(), wrong(), wrong()]).toEqual(locked);
  now = new Date(until.getTime() - 1);
  expect(tryCode(attempt, "4711", now, rule)).toEqual({ ok: false, error: { tag: "CODE_LOCKED", until } });
  now = until;
  expect(tryCode(attempt, "4711", now, rule)).toEqual(right);
  expect([wrong(), wrong(), wrong()]).toEqual([locked[0], locked[1], [0, 3, new Date("2026-06-01T12:02:00Z")]]);
  expect(tryCode({ ...start, wrongCodes: 7 }, "0000", noon, rule)).toMatchObject({ error: { triesLeft: 0 } });
});
