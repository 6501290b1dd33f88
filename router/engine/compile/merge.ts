/** Merges what a subgraph answered into the objects that asked for it; only keys that the fetch asked for are taken. */
import { isRawNumber } from "../exact-json.ts";
import { define, generate, read, write } from "./code.ts";
import type { FieldTree } from "../plan/field-tree.ts";

/** Merges `from` into `into`. */
export type Merge = (into: Record<string, unknown>, from: Record<string, unknown>) => void;

/** Merges any JSON: objects key by key, lists of one length element by element, anything else replaces. */
export function mergeDeep(into: unknown, from: unknown, abstract: ReadonlySet<unknown>): unknown {
  if (typeof from !== "object" || from === null || typeof into !== "object" || into === null) return from;
  if (isRawNumber(from) || isRawNumber(into)) return from;
  if (Array.isArray(from) || Array.isArray(into)) {
    if (!Array.isArray(from) || !Array.isArray(into) || from.length !== into.length) return from;
    for (let i = 0; i < from.length; i++) into[i] = mergeDeep(into[i], from[i], abstract);
    return into;
  }
  const target = into as Record<string, unknown>;
  for (const [key, value] of Object.entries(from)) {
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    if (key === "__typename" && known !== undefined && abstract.has(value)) continue;
    const merged = known === undefined ? value : mergeDeep(known, value, abstract);
    if (key === "__proto__") define(target, key, merged);
    else target[key] = merged;
  }
  return into;
}

/** A copy of a JSON value that shares nothing with it. */
export function copyDeep(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isRawNumber(value)) return value;
  if (Array.isArray(value)) return value.map(copyDeep);
  // fromEntries makes own properties, `__proto__` included.
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyDeep(part)]));
}

/** Code for a key without parts. An interface's name tells less than what is known already (@interfaceObject). */
const leafCode = (key: string): string =>
  `v=${read("from", key)};if(v!==undefined${key === "__typename" ? `&&(into.__typename===undefined||!abstract.has(v))` : ""}){${write("into", key, "v")}}`;

/**
 * The merge of one fetch. `copies` says whether parts must be copied since several objects take the same answer; `abstract`
 * are the names of interfaces and unions.
 */
export function compileMerge(tree: FieldTree, copies: boolean, abstract: ReadonlySet<unknown>): Merge {
  const value = copies ? "copyDeep(v)" : "v";
  const code = [...tree].map(([key, children]) => {
    if (children.size === 0) return leafCode(key);
    const merged = `(typeof v==="object"&&v!==null&&typeof(w=${read("into", key)})==="object"&&w!==null?mergeDeep(w,${value},abstract):${value})`;
    return `v=${read("from", key)};if(v!==undefined){${write("into", key, merged)}}`;
  });
  return generate(`function merge(into,from){let v,w;${code.join("")}}`, { mergeDeep, copyDeep, abstract });
}
