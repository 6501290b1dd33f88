/** Turns for work that costs much memory and time each, fair between those who ask. */
import { rateLimited } from "../../../kit/errors.ts";

/** Runs work in its turn; rejects with RATE_LIMITED, and runs nothing, when too many wait. `key` says who asks. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

type Waiting = PromiseWithResolvers<void>;

/** What waits, by key; keys take turns, the one that had its turn last comes last. */
class FairQueue {
  readonly #queues = new Map<string, Waiting[]>();
  size = 0;

  add(key: string): Promise<void> {
    const waiting = Promise.withResolvers<void>();
    const queue = this.#queues.get(key);
    if (queue) queue.push(waiting);
    else this.#queues.set(key, [waiting]);
    this.size++;
    return waiting.promise;
  }

  /** Takes out the first of the key whose turn it is. */
  next(): Waiting | undefined {
    const [entry] = this.#queues;
    if (!entry) return undefined;
    const [key, queue] = entry;
    const first = queue.shift();
    this.#queues.delete(key);
    if (queue.length > 0) this.#queues.set(key, queue);
    this.size--;
    return first;
  }

  /** Turns away the last of the key that has most waiting, if those are at least two more than `key` has; tells whether it did. */
  makeRoom(key: string): boolean {
    let longest: Waiting[] = [];
    for (const queue of this.#queues.values()) if (queue.length > longest.length) longest = queue;
    if (longest.length < (this.#queues.get(key)?.length ?? 0) + 2) return false;
    longest.pop()?.reject(rateLimited(1));
    this.size--;
    return true;
  }
}

/** Lets `atOnce` pieces of work run at a time and `waiting` more wait: first come, first served for each key, and the keys in turn. */
export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): Turns {
  const queue = new FairQueue();
  let running = 0;
  const enter = async (key: string) => {
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (queue.size >= waiting && !queue.makeRoom(key)) throw rateLimited(1);
    // Whoever ends hands the place over, so that nobody slips in between.
    await queue.add(key);
  };
  const leave = () => {
    const next = queue.next();
    if (next) next.resolve();
    else running -= 1;
  };
  return async (key, work) => {
    await enter(key);
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
