/**
 * The audit chain: each entry is linked to all before it by a keyed hash, and the end is sealed.
 * Without the key nobody can edit, drop, reorder or cut off entries and make it fit again.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What an entry says. `at` in ISO 8601. */
export type AuditContent = {
  id: string;
  source: string;
  actorId: string | null;
  action: string;
  subjectId: string;
  at: string;
  detail: unknown;
};

/** An entry in its place. */
export type ChainedEntry = AuditContent & { sequence: number; salt: string; digest: string; link: string };

/** The sealed end of the chain. */
export type ChainHead = { sequence: number; link: string; seal: string };

/** What is wrong with a chain, and from which entry on. */
export type ChainFault = {
  sequence: number;
  fault: "EDITED" | "MISSING" | "BROKEN_LINK" | "TRUNCATED" | "FORGED_HEAD" | "FORGED_ANCHOR" | "ANCHOR_LOST";
};

/** The link before the first entry. */
export const genesis = "0".repeat(64);

/** JSON with sorted keys: jsonb does not keep their order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
    .join(",")}}`;
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The salted digest of an entry's content: proves it without showing it. */
export function digestOf({ id, source, actorId, action, subjectId, at, detail }: AuditContent, salt: string): string {
  return createHash("sha256")
    .update(`${salt}\n${canonical([id, source, actorId, action, subjectId, at, detail])}`)
    .digest("hex");
}

/** The link of the entry at `sequence` to everything before it. */
export const linkOf = (key: Uint8Array, previous: string, sequence: number, digest: string): string =>
  createHmac("sha256", key).update(`link\n${previous}\n${sequence}\n${digest}`).digest("hex");

/** The seal over the end of the chain. */
export const sealOf = (key: Uint8Array, sequence: number, link: string): string =>
  createHmac("sha256", key).update(`head\n${sequence}\n${link}`).digest("hex");

/** Puts `content` at the end of the chain; answers the entry and the new head. */
export function append(
  key: Uint8Array,
  head: { sequence: number; link: string },
  content: AuditContent,
  salt: string,
): { entry: ChainedEntry; head: ChainHead } {
  const sequence = head.sequence + 1;
  const digest = digestOf(content, salt);
  const link = linkOf(key, head.link, sequence, digest);
  return {
    entry: { ...content, sequence, salt, digest, link },
    head: { sequence, link, seal: sealOf(key, sequence, link) },
  };
}

/** Checks one entry against its predecessor; null when it is sound. */
export function checkEntry(
  key: Uint8Array,
  before: { sequence: number; link: string },
  entry: ChainedEntry,
): ChainFault | null {
  if (entry.sequence !== before.sequence + 1) return { sequence: before.sequence + 1, fault: "MISSING" };
  if (!same(digestOf(entry, entry.salt), entry.digest)) return { sequence: entry.sequence, fault: "EDITED" };
  return same(linkOf(key, before.link, entry.sequence, entry.digest), entry.link)
    ? null
    : { sequence: entry.sequence, fault: "BROKEN_LINK" };
}

/** Checks the sealed head against the last entry; `last` is genesis at 0 for an empty chain. */
export function checkHead(
  key: Uint8Array,
  last: { sequence: number; link: string },
  head: ChainHead | null,
): ChainFault | null {
  if (!head) return last.sequence === 0 ? null : { sequence: last.sequence, fault: "FORGED_HEAD" };
  if (!same(sealOf(key, head.sequence, head.link), head.seal)) return { sequence: head.sequence, fault: "FORGED_HEAD" };
  if (head.sequence === last.sequence && head.link === last.link) return null;
  return { sequence: Math.min(head.sequence, last.sequence) + 1, fault: "TRUNCATED" };
}

/** A noted end as one line, `SEQUENCE:LINK:SEAL`. */
export const anchorText = ({ sequence, link, seal }: ChainHead): string => `${sequence}:${link}:${seal}`;

/** The inverse of `anchorText`; null for anything else. */
export function parseAnchor(text: string): ChainHead | null {
  const [, sequence, link, seal] = /^(\d{1,15}):([0-9a-f]{64}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return sequence && link && seal ? { sequence: Number(sequence), link, seal } : null;
}

/** Checks a noted end against the link that the chain has in its place, undefined where it has none. */
export function checkAnchor(key: Uint8Array, anchor: ChainHead, link: string | undefined): ChainFault | null {
  const { sequence, seal } = anchor;
  if (!same(sealOf(key, sequence, anchor.link), seal)) return { sequence, fault: "FORGED_ANCHOR" };
  return link === anchor.link ? null : { sequence, fault: "ANCHOR_LOST" };
}
