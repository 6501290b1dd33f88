/** Tells trouble with the database from trouble with what it was asked. */

const transientCodes = new Set([
  "40001", // serialization failure
  "40P01", // deadlock
  "55P03", // lock not available
  "53300", // too many connections
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * Whether trying the same again may help by itself: the database was away, restarting or contended.
 * A timeout does not count, since what is too slow once may be so each time.
 * Looks through `cause`, since drizzle wraps the driver's errors. Codes: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function isTransient(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = "code" in current ? String(current.code) : "";
    if (transientCodes.has(code) || /^(08|57P)/.test(code) || /^CONNECT(ION)?_/.test(code)) return true;
  }
  return false;
}
