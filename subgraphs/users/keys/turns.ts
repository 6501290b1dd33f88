/** Turns for work that costs much memory and time each. */
import { graphqlError } from "../../../kit/errors.ts";

/** Runs work in its turn; rejects with RATE_LIMITED, and runs nothing, when too many wait already. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets `atOnce` pieces of work run at a time and `waiting` more wait, first come, first served. */
export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): Turns {
  const queue: (() => void)[] = [];
  let running = 0;
  const enter = async () => {
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (queue.length >= waiting) throw graphqlError("RATE_LIMITED");
    // Whoever ends hands the place over, so that nobody slips in between.
    await new Promise<void>((resolve) => queue.push(resolve));
  };
  const leave = () => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
