/** What an `accept` header says of the two forms of an answer. */

type MediaRange = { type: string; params: ReadonlyMap<string, string> };

/** Cuts `text` at `separator`, but not within quotes: in one pass, whatever is left open. Empty parts are left out. */
function cut(text: string, separator: "," | ";"): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index <= text.length; index++) {
    const char = text[index];
    if (isQuoted && char === "\\") index++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === undefined || (char === separator && !isQuoted)) {
      const part = text.slice(start, index).trim();
      if (part !== "") parts.push(part);
      start = index + 1;
    }
  }
  return parts;
}

const unquoted = (text: string): string =>
  text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/gs, "$1") : text;

function mediaRange(text: string): MediaRange {
  const [type = "", ...rest] = cut(text, ";");
  const params = rest.map((param): [string, string] => {
    const [name = "", ...value] = param.split("=");
    return [name.trim().toLowerCase(), unquoted(value.join("=").trim())];
  });
  return { type: type.toLowerCase(), params: new Map(params) };
}

const qualityOf = ({ params }: MediaRange): number => {
  const quality = Number(params.get("q") ?? 1);
  return Number.isFinite(quality) ? quality : 0;
};

/** Incremental delivery of 2022-08-24, which is also what a client gets that names no version; not subscriptions, not later versions. */
const isParts = ({ type, params }: MediaRange): boolean =>
  type === "multipart/mixed" &&
  (params.get("deferspec") ?? "20220824") === "20220824" &&
  !params.has("incrementalspec") &&
  !params.has("subscriptionspec");

const whole = new Set(["application/json", "application/graphql-response+json"]);
const wildcards = new Set(["application/*", "*/*"]);

/** Whether a header is worth reading closely: cheap, for every request. */
export const mentionsParts = (accept: string | null | undefined): accept is string =>
  accept !== null && accept !== undefined && /multipart\/mixed/i.test(accept);

/** Whether the client takes an answer in parts, and would not rather have it whole; and whether it takes a whole one. */
export function acceptedForms(accept: string): { parts: boolean; whole: boolean } {
  const ranges = cut(accept, ",").map(mediaRange);
  const best = (some: readonly MediaRange[]) => Math.max(0, ...some.map(qualityOf));
  const parts = best(ranges.filter(isParts));
  const named = best(ranges.filter(({ type }) => whole.has(type)));
  const any = best(ranges.filter(({ type }) => wildcards.has(type)));
  return { parts: parts > 0 && parts >= named, whole: named > 0 || any > 0 };
}
