/** Chance that repeats: every draw is a function of the seed and of the name of what is drawn. */
import { createHash } from "node:crypto";

/** A source of numbers. `fraction` lies in [0, 1); `between` includes both ends; `pick` throws on an empty list. */
export type Random = {
  fraction(): number;
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
};

/** The numbers of `seed` for one purpose, such as "order 17"; the same ones every time (mulberry32). */
export function randomOf(seed: number, purpose: string): Random {
  let state = createHash("sha256").update(`${seed} ${purpose}`).digest().readUInt32LE(0);
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1));
  return {
    fraction,
    between,
    pick: (list) => {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[between(0, list.length - 1)]!;
    },
    shuffled: (list) => {
      const copy = [...list];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = between(0, last);
        [copy[last], copy[other]] = [copy[other]!, copy[last]!];
      }
      return copy;
    },
  };
}
