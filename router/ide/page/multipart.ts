/** Reads `multipart/mixed` as GraphQL servers send it: subscriptions by the multipart subscription protocol, and incremental delivery. */

/** The boundary that a content type names; null when the answer is not multipart. */
export function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/mixed\s*(;|$)/i.test(contentType)) return null;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  return quoted ?? plain ?? "-";
}

/** The JSON of a part, its headers cut off; undefined where it has none. */
function valueOf(part: string): unknown {
  const text = part.slice(/\r?\n\r?\n/.exec(part)?.index ?? 0).trim();
  return text === "" ? undefined : JSON.parse(text);
}

/**
 * The JSON value of each part, as soon as the part is whole. Bytes may come in any pieces; what stands before the first
 * boundary or after the last one is dropped. Throws SyntaxError on a part that is not JSON.
 */
export async function* partsOf(chunks: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  const delimiter = `\r\n--${boundary}`;
  // The first delimiter may open the body, without the line break that belongs to all others.
  let text = "\r\n";
  let inPart = false;
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    for (let at = text.indexOf(delimiter); at !== -1; at = text.indexOf(delimiter)) {
      // Two more characters tell whether this is the last one.
      if (text.length < at + delimiter.length + 2) break;
      const value = inPart ? valueOf(text.slice(0, at)) : undefined;
      if (value !== undefined) yield value;
      if (text.startsWith("--", at + delimiter.length)) return;
      text = text.slice(at + delimiter.length);
      inPart = true;
    }
  }
}

type Subscribed = { payload?: unknown; errors?: unknown };

/**
 * What a part means to who asked: the payload of a subscription's event, the part itself for incremental delivery, null for
 * a heartbeat. An error that ends the subscription comes as a result of its own.
 */
export function resultOf(part: unknown): object | null {
  if (typeof part !== "object" || part === null) return null;
  const { payload, errors } = part as Subscribed;
  if (!("payload" in part)) return Object.keys(part).length === 0 ? null : part;
  if (typeof payload === "object" && payload !== null) return payload;
  return errors === undefined ? null : { errors };
}
