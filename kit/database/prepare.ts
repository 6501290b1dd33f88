/** Which statements a pool keeps prepared: those that come again, as long as there are not too many of them. */

/** Most texts that are kept prepared; each costs the server some kilobytes on every connection. */
const mostTexts = 500;

/** Characters of all of them together, and of those that were seen once. */
const mostCharacters = 1_000_000;

/** Longer texts are many rows in one statement, and seldom the same twice. */
const longestText = 8_000;

/**
 * Says of each statement with parameters whether to send it prepared: from its second time on, so that texts that never come
 * again (lists of varying length) leave nothing behind. Once `most` texts are prepared no further ones are, for a connection
 * keeps what was prepared on it for as long as it lives.
 */
export function statementsWorthPreparing(most = mostTexts): (text: string, parameters: readonly unknown[]) => boolean {
  const prepared = new Set<string>();
  let seen = new Set<string>();
  let preparedCharacters = 0;
  let seenCharacters = 0;
  return (text, parameters) => {
    // Without parameters the driver sends a statement in one step anyway.
    if (parameters.length === 0) return false;
    if (prepared.has(text)) return true;
    if (prepared.size >= most || text.length > longestText) return false;
    if (preparedCharacters + text.length > mostCharacters) return false;
    if (seen.delete(text)) {
      prepared.add(text);
      preparedCharacters += text.length;
      return true;
    }
    if (seen.size >= most || seenCharacters + text.length > mostCharacters) {
      seen = new Set();
      seenCharacters = 0;
    }
    seen.add(text);
    seenCharacters += text.length;
    return false;
  };
}
