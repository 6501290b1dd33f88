/** Reads request bodies within a size and a time, and lets go of what is left of a refused one. */
import type { IncomingMessage, ServerResponse } from "node:http";

export class BodyTooLarge extends Error {
  override name = "BodyTooLarge";
}
export class BodyTooSlow extends Error {
  override name = "BodyTooSlow";
}
/** The client closed its connection before its body was whole. */
export class BodyLost extends Error {
  override name = "BodyLost";
}

/** How much of a refused body is read and dropped, bytes, and for how long, milliseconds. */
const drainBytes = 10_000_000;
const drainMs = 2_000;

/**
 * The whole body. Rejects with BodyTooLarge as soon as it is known to have more than `maxBytes`, with BodyTooSlow when it is not
 * whole after `timeoutMs`, with BodyLost when the connection ends before.
 */
export function readBody(request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(new BodyTooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(() => reject(new BodyTooSlow())), timeoutMs);
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) settle(() => reject(new BodyTooLarge()));
      else chunks.push(chunk);
    };
    const finish = () => settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const fail = () => settle(() => reject(new BodyLost()));
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      request.off("data", take).off("end", finish).off("error", fail).off("close", fail);
      // What still comes goes wrong for nobody.
      request.on("error", () => {});
      outcome();
    };
    request.on("data", take).on("end", finish).on("error", fail).on("close", fail);
  });
}

/** Reads on and drops what comes, until the end of the body, but only so much of it and for so long. */
function drained(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const timer = setTimeout(resolve, drainMs);
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > drainBytes) resolve();
    });
    request.on("end", resolve).on("close", resolve).on("error", resolve);
    request.once("close", () => clearTimeout(timer));
    if (request.complete || request.destroyed) resolve();
    else request.resume();
  });
}

/**
 * Answers a request whose body is not read to its end, and closes the connection. A client that is still sending has the answer
 * at once, and would see a reset in its place if the connection were closed before it is done.
 */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: { status: number; headers: Record<string, string | string[]>; body: string },
): Promise<void> {
  const { status, headers, body } = answer;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body), connection: "close" });
  response.write(body);
  await drained(request);
  response.end();
}
