/** W3C trace context (https://www.w3.org/TR/trace-context/): one trace id from the client to the database row. */
import { randomFillSync } from "node:crypto";

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Random bytes in advance: a system call each time would cost more than the request line that they go into. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString("hex", used, (used += bytes));
}

/** A fresh trace id: 32 hexadecimal digits. */
export const newTraceId = (): string => randomHex(16);

/** The trace id of a `traceparent` header, or a fresh one where the header is missing or malformed. */
export function traceIdOf(header: string | string[] | undefined): string {
  const found = typeof header === "string" ? pattern.exec(header)?.[1] : undefined;
  return found && !/^0+$/.test(found) ? found : newTraceId();
}

/** A `traceparent` header that continues `traceId`. */
export const traceparent = (traceId: string): string => `00-${traceId}-${randomHex(8)}-01`;
