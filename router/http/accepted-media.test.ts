import { expect, test } from "vitest";
import { acceptedForms } from "./accepted-media.ts";

test.each([
  ["multipart/mixed", true, false],
  ['multipart/mixed; deferSpec="20220824", application/json;q=0.5', true, true],
  ["multipart/mixed;q=0.2, application/json", false, true],
  ['multipart/mixed; note="a, b; c\\" d", */*;q=0.1', true, true],
  ['multipart/mixed; boundary="-', true, false],
  [", ,multipart/mixed;;,", true, false],
])("%s", (accept, parts, whole) => expect(acceptedForms(accept)).toEqual({ parts, whole }));

test("quotes that are never closed are one part, however many there are", () => {
  const open = `multipart/mixed; a=${'"\\\\" '.repeat(4_000)}"`;
  expect(acceptedForms(open)).toEqual({ parts: true, whole: false });
  expect(acceptedForms(`"${"\\\\".repeat(8_000)}, application/json`)).toEqual({ parts: false, whole: false });
});
