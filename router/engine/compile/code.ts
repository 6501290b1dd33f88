/** Pieces of generated code. Every name that comes from a query or a schema passes through here before it becomes code. */

/** Names that every plain object already answers to; reading them needs care (`{}.constructor` is not undefined). */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** `value` as a JavaScript literal. */
export const literal = (value: string | number | boolean | null): string => JSON.stringify(value);

/** Expression for `object[key]`, undefined where the object has no such property of its own. */
export function read(object: string, key: string): string {
  const name = literal(key);
  return inherited.has(key) ? `(own(${object},${name})?${object}[${name}]:undefined)` : `${object}[${name}]`;
}

/** Statement for `object[key] = value` that makes an own property whatever the key. */
export const write = (object: string, key: string, value: string): string =>
  key === "__proto__" ? `define(${object},"__proto__",${value});` : `${object}[${literal(key)}]=${value};`;

/** Sets an own property; the only way that is safe for the key `__proto__`. */
export function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** `object[key]` for keys known only at run time. */
export const getOwn = (object: object, key: string): unknown =>
  Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;

/** `object[key] = value` for keys known only at run time. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === "__proto__") define(object, key, value);
  else (object as Record<string, unknown>)[key] = value;
}

/** What generated code may use. */
const scope = { own: Object.hasOwn, define, isArray: Array.isArray, json: JSON.stringify };

/** Turns `body` (a function expression in source) into a function; `bound` become its constants, by name. */
export function generate<F>(body: string, bound: Record<string, unknown>): F {
  const all: Record<string, unknown> = { ...scope, ...bound };
  // Names in `body` come from `literal`, `read` and `write` alone.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  const make = new Function(...Object.keys(all), `"use strict";return ${body}`) as (...values: unknown[]) => F;
  return make(...Object.values(all));
}

/** An object that is neither null nor a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
