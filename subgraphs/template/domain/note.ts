/** What a note may be. */
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";

/** Why a note is refused. */
export type NoteProblem = "UNKNOWN_RESTAURANT" | "LENGTH";

/** Longest note, characters. */
const maxCharacters = 500;

/** The words of a note about `restaurantId`, without the space around them; 1 to 500 characters. */
export function checkNote(restaurantId: string, text: string): Result<string, NoteProblem> {
  if (!isId("rst", restaurantId)) return err("UNKNOWN_RESTAURANT");
  const words = text.trim();
  return words.length >= 1 && words.length <= maxCharacters ? ok(words) : err("LENGTH");
}
