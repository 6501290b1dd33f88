import fc from "fast-check";
import { expect, test } from "vitest";
import { fromUuid, isId, newId, toUuid } from "./id.ts";

const prefix = fc.stringMatching(/^[a-z]{1,8}$/);

test("an id survives the way to a uuid and back", () => {
  fc.assert(
    fc.property(prefix, fc.uuid(), (kind, uuid) => {
      const id = fromUuid(kind, uuid);
      expect(isId(kind, id)).toBe(true);
      expect(toUuid(id)).toBe(uuid);
      expect(fromUuid(kind, toUuid(id))).toBe(id);
    }),
  );
});

test("ids of one process are unique and sort by age", () => {
  const made = Array.from({ length: 1_000 }, () => newId("ord"));
  expect(new Set(made).size).toBe(made.length);
  expect(made.toSorted()).toEqual(made);
  expect(made.every((id) => isId("ord", id))).toBe(true);
});

test("another prefix is another kind of thing", () => {
  fc.assert(
    fc.property(prefix, prefix, fc.uuid(), (one, other, uuid) => {
      expect(isId(other, fromUuid(one, uuid))).toBe(one === other);
    }),
  );
});

test("whatever else a client sends is refused without a crash", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ minLength: 26, maxLength: 26 }).map((text) => `ord_${text}`),
      ),
      (text) => {
        if (isId("ord", text)) expect(fromUuid("ord", toUuid(text))).toBe(text);
        else if (!/^[a-z_]+_[0-9a-z]{26}$/.test(text)) expect(() => toUuid(text)).toThrow(TypeError);
      },
    ),
  );
});

test.each([
  "",
  "ord_",
  "ord_01h",
  "ord_8zzzzzzzzzzzzzzzzzzzzzzzzz",
  "ORD_01h455vb4pex5vsknk084sn02q",
  "01h455vb4pex5vsknk084sn02q",
])("%j is no id", (text) => {
  expect(isId("ord", text)).toBe(false);
  expect(() => toUuid(text)).toThrow(TypeError);
});

test("letters of an id that hold no uuid are refused without a crash", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/), (suffix) => {
      const id = `ord_${suffix}`;
      if (isId("ord", id)) expect(fromUuid("ord", toUuid(id))).toBe(id);
      else expect(() => toUuid(id)).toThrow(TypeError);
    }),
  );
  expect(isId("fnd", "fnd_01jz0000000000000000000000")).toBe(false);
});
