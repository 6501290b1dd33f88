/** What text may hold that comes from outside: only what Postgres can store and what shows as it is. */

/** Overrides, embeddings and isolates of direction (Unicode UAX #9, 2): they make a text look like another one. */
const directed = /[\u202a-\u202e\u2066-\u2069]/;

/** Printable ASCII is in nearly every text, so most need no closer look for something visible. */
const plain = /[!-~]/;

/** Something that shows: neither space nor control, nor a character without width (U+2800 is an empty braille cell). */
const visible = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Nothing but spaces: whether that will do depends on the field. */
const blank = /^\p{White_Space}*$/u;

/**
 * Why `text` is refused at every input, as a sentence for the client; null where it is fine. Emoji with joiners, right-to-left
 * scripts and their marks (U+200E, U+200F, U+061C) are fine, and so are empty and blank texts.
 */
export function textProblem(text: string): string | null {
  if (text.includes("\0")) return "Text cannot hold the character U+0000.";
  if (!text.isWellFormed()) return "Text cannot hold half of a surrogate pair.";
  if (directed.test(text)) return "Text cannot hold characters that change its direction.";
  if (!plain.test(text) && !visible.test(text) && !blank.test(text)) return "Text must show something.";
  return null;
}
