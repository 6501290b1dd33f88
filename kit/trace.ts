/** W3C trace context (https://www.w3.org/TR/trace-context/): one trace id from the client to the database row. */
import { randomBytes } from "node:crypto";

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A fresh trace id: 32 hexadecimal digits. */
export const newTraceId = (): string => randomBytes(16).toString("hex");

/** The trace id of a `traceparent` header, or a fresh one where the header is missing or malformed. */
export function traceIdOf(header: string | string[] | undefined): string {
  const found = typeof header === "string" ? pattern.exec(header)?.[1] : undefined;
  return found && !/^0+$/.test(found) ? found : newTraceId();
}

/** A `traceparent` header that continues `traceId`. */
export const traceparent = (traceId: string): string => `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
