/** How hard a change hits an operation. */
import type { Usage } from "./usage.ts";

/**
 * `breaks`: what it asks or sends may be refused, or what it waits for is gone. `notices`: it may be answered something new,
 * or what it leaves out means something else. null: it is not hit.
 */
export type Impact = "breaks" | "notices" | null;

/** Judges one operation by what it uses of the schema before the change. */
export type Judge = (usage: Usage) => Impact;

/** `breaks` or null. */
export const breaksIf = (hit: boolean): Impact => (hit ? "breaks" : null);

/** `notices` or null. */
export const noticesIf = (hit: boolean): Impact => (hit ? "notices" : null);

/** The gravest of several; null of none. */
export function gravest(impacts: readonly Impact[]): Impact {
  if (impacts.includes("breaks")) return "breaks";
  return noticesIf(impacts.includes("notices"));
}
