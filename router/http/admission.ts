/**
 * How many requests are worked on at a time. On a busy core a few that run to their end serve everybody sooner than all of them
 * side by side, which takes several times the memory and its collection. So there is a limit, which shrinks while the event loop
 * has no rest and grows as soon as requests wait though it has some: requests that wait for slow subgraphs keep nobody out.
 */
import { performance } from "node:perf_hooks";

export type Admission = {
  /** Does `work` when it is its turn: first come, first served. */
  admit<T>(work: () => Promise<T>): Promise<T>;
};

const least = 4;
const initial = 64;
/** Milliseconds between two looks at the event loop. */
const lookMs = 5;
/** Shares of a look's time in which the event loop worked. */
const busy = 0.93;
const restful = 0.8;

/** The limit after a look. */
const adjusted = (limit: number, utilization: number, isFull: boolean): number => {
  if (utilization >= busy) return Math.max(least, limit - 1);
  return isFull && utilization < restful ? Math.ceil(limit * 1.5) : limit;
};

/** `utilizationSince` tells the share of time in which the event loop worked since it was last asked. */
export function createAdmission(utilizationSince: () => number = eventLoopUtilization()): Admission {
  const waiting: (() => void)[] = [];
  let limit = initial;
  let underWay = 0;
  let isLooking = false;

  function beginWaiting(): void {
    while (underWay < limit && waiting.length > 0) {
      underWay++;
      waiting.shift()?.();
    }
  }
  function look(): void {
    if (isLooking || underWay < least) return;
    isLooking = true;
    setTimeout(() => {
      isLooking = false;
      limit = adjusted(limit, utilizationSince(), waiting.length > 0);
      beginWaiting();
      look();
    }, lookMs).unref();
  }
  return {
    async admit(work) {
      if (underWay < limit) underWay++;
      else await new Promise<void>((begin) => waiting.push(begin));
      look();
      try {
        return await work();
      } finally {
        underWay--;
        beginWaiting();
      }
    },
  };
}

function eventLoopUtilization(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
