import { expect, test } from "vitest";
import { newId } from "../../../kit/id.ts";
import { checkNote } from "./note.ts";

test("a note has 1 to 500 characters, and is about a restaurant", () => {
  const restaurant = newId("rst");
  expect(checkNote(restaurant, "  ask for sambal ")).toEqual({ ok: true, value: "ask for sambal" });
  expect(checkNote(restaurant, "x".repeat(500)).ok).toBe(true);
  expect(checkNote(restaurant, "x".repeat(501))).toEqual({ ok: false, error: "LENGTH" });
  expect(checkNote(restaurant, "   ")).toEqual({ ok: false, error: "LENGTH" });
  expect(checkNote(newId("ord"), "words")).toEqual({ ok: false, error: "UNKNOWN_RESTAURANT" });
});
