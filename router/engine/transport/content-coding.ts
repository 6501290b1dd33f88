/**
 * Undoes the content codings of an answer (RFC 9110, 8.4). Subgraphs are not asked for any, and behind some proxies they
 * come all the same: without `accept-encoding` any coding may be used.
 */
import { promisify } from "node:util";
import * as zlib from "node:zlib";

type Decode = (bytes: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Decode = promisify(zlib.gunzip);
const inflate: Decode = promisify(zlib.inflate);
const inflateRaw: Decode = promisify(zlib.inflateRaw);

/** Whether bytes begin as a zlib stream does (RFC 1950, 2.2); some servers send raw deflate under the same name. */
const isZlib = ([first = 0, second = 0]: Buffer): boolean =>
  (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;

const codings: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", (bytes, limits) => (isZlib(bytes) ? inflate : inflateRaw)(bytes, limits)],
  ["br", promisify(zlib.brotliDecompress)],
  ["zstd", promisify(zlib.zstdDecompress)],
]);

/** Codings that one answer may have on top of each other. */
const maxCodings = 3;

/** The names in a `content-encoding`, in the order in which they were applied; `identity` is none. */
export const codingsOf = (header: string): string[] =>
  header
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");

/** The decoded bytes, at most `maxBytes`; rejects for more, and for what is cut off or corrupt. Codings that nobody knows stay. */
export async function decoded(bytes: Buffer, applied: readonly string[], maxBytes: number): Promise<Buffer> {
  if (applied.length > maxCodings) throw new Error(`more than ${maxCodings} content codings`);
  let result = bytes;
  for (const name of applied.toReversed()) {
    const decode = codings.get(name);
    // Some servers name a charset there. If it is a coding after all, the answer is not readable as JSON.
    if (decode) result = await decode(result, { maxOutputLength: maxBytes });
  }
  return result;
}
