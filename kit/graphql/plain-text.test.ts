import { expect, test } from "vitest";
import { textProblem } from "./plain-text.ts";

test.each([
  ["NUL", "a\0b"],
  ["a lone high surrogate", "a\ud83d"],
  ["a lone low surrogate", "\udc00b"],
  ["surrogates in the wrong order", "\udc00\ud83d"],
  ["an override", "invoice\u202efdp.exe"],
  ["an embedding", "a\u202ab"],
  ["an isolate that is never ended", "a\u2067b"],
  ["a zero-width space", "\u200b"],
  ["joiners between spaces", " \u200d \u2060 "],
  ["a byte order mark", "\ufeff"],
  ["a soft hyphen", "\u00ad"],
  ["variation selectors", "\ufe0f\ufe0f"],
  ["a Hangul filler", "\u3164"],
  ["an empty braille cell", "\u2800"],
  ["tags", "\u{e0041}\u{e0042}"],
  ["marks of direction alone", "\u200e\u200f\u061c"],
  ["a control character alone", "\u0007"],
])("%s is refused", (_, text) => {
  expect(textProblem(text)).toEqual(expect.any(String));
});

test.each([
  ["nothing", ""],
  ["spaces", " \t\n\u00a0\u3000"],
  ["a name", "Ayu Lestari"],
  ["accents, composed and not", "Zoë Zoe\u0308"],
  ["an emoji with joiners", "👩‍🍳"],
  ["that emoji alone, with a selector", "❤️‍🔥"],
  ["a flag", "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"],
  ["Arabic", "محمد عبد الله"],
  ["Arabic with marks of direction", "\u200fمطعم (Nasi)\u200e"],
  ["Hebrew", "דוד בן־גוריון"],
  ["Persian with a non-joiner", "می\u200cخواهم"],
  ["Hindi", "नमस्ते"],
  ["Chinese beyond the basic plane", "𠮷野家"],
  ["one sign", "!"],
])("%s is fine", (_, text) => {
  expect(textProblem(text)).toBeNull();
});
