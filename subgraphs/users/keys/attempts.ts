/**
 * Who may try a password now. Guesses at one account, or from one address, take few places, whatever their number: the rest is
 * refused before anything is looked up or hashed, and everybody else gets in.
 */
import { rateLimited } from "../../../kit/errors.ts";
import { Lru } from "../../../kit/lru.ts";

/** Whose password is tried and from where, as keyed digests; `address` is null where it is not known. */
export type Attempt = { account: string; address: string | null };

export type AttemptLimits = {
  /** Tries at one account under way at a time, from all addresses it did not sign in from lately. */
  perAccount: number;
  /** Tries from one address under way at a time. */
  perAddress: number;
  /** Tries at one account from one address under way at a time. */
  perPair: number;
  /** What a refused client is told to wait, seconds. */
  retryAfterSeconds: number;
};

/** How long a try waited for its place, and whether the account signed in from that address lately. */
export type Admitted = { waitedMs: number; isKnown: boolean };

export type Attempts = {
  /** Does `work` at once, or as soon as a place is free. Rejects with RATE_LIMITED. */
  admit<T>(attempt: Attempt, work: (admitted: Admitted) => Promise<T>): Promise<T>;
  /** Notes that the account signed in from there: guesses from elsewhere do not keep it out. */
  succeeded(attempt: Attempt): void;
};

/** Tries that wait for a place in all, and memory for accounts with an address that are known; the oldest give way. */
const mostStandby = 100;
const knownBytes = 5_000_000;
/** Longest wait for a place, milliseconds: longer nobody waits for the answer. */
const longestWaitMs = 3_000;

type Standby = { attempt: Attempt; since: number; admit(waitedMs: number): void; refuse(): void };

const pairOf = ({ account, address }: Attempt): string => `${account}\n${address}`;

/** Counts by key; what has come down to 0 is forgotten. */
class Counts {
  readonly #counts = new Map<string, number>();
  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
  add(key: string, change: 1 | -1): void {
    const count = this.of(key) + change;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

/** The places that tries under way have taken. */
class Places {
  readonly #limits: AttemptLimits;
  readonly #known: Lru<string, true>;
  readonly #pairs = new Counts();
  readonly #accounts = new Counts();
  readonly #addresses = new Counts();

  constructor(limits: AttemptLimits, known: Lru<string, true>) {
    this.#limits = limits;
    this.#known = known;
  }

  /** Takes a place if there is one; answers how to give it back. */
  take(attempt: Attempt): (() => void) | null {
    const { account, address } = attempt;
    const { perAccount, perAddress, perPair } = this.#limits;
    const pair = pairOf(attempt);
    const isKnown = address !== null && this.#known.get(pair) === true;
    if (address !== null && this.#pairs.of(pair) >= perPair) return null;
    if (address !== null && this.#addresses.of(address) >= perAddress) return null;
    if (!isKnown && this.#accounts.of(account) >= perAccount) return null;
    const count = (change: 1 | -1) => {
      this.#pairs.add(pair, change);
      if (address !== null) this.#addresses.add(address, change);
      if (!isKnown) this.#accounts.add(account, change);
    };
    count(1);
    return () => count(-1);
  }
}

/** One try of each pair of account and address may wait for a place, the latest: who guesses on and on takes only their own. */
export function createAttempts(limits: AttemptLimits): Attempts {
  const known = new Lru<string, true>({ maxBytes: knownBytes, weigh: (pair) => 2 * pair.length });
  const places = new Places(limits, known);
  const standby = new Map<string, Standby>();

  function wait(attempt: Attempt): Promise<number> {
    const pair = pairOf(attempt);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const refuse = () => reject(rateLimited(limits.retryAfterSeconds));
    const timer = setTimeout(() => {
      standby.delete(pair);
      refuse();
    }, longestWaitMs);
    const settle = () => clearTimeout(timer);
    promise.then(settle, settle);
    const oldest = standby.get(pair) ?? (standby.size >= mostStandby ? standby.values().next().value : undefined);
    if (oldest) {
      standby.delete(pairOf(oldest.attempt));
      oldest.refuse();
    }
    standby.set(pair, { attempt, since: performance.now(), admit: resolve, refuse });
    return promise;
  }

  /** Gives a free place to the latest who may have it. */
  function admitNext(leaving: Map<Attempt, () => void>): void {
    for (const [pair, { attempt, since, admit }] of [...standby].toReversed()) {
      const giveBack = places.take(attempt);
      if (!giveBack) continue;
      leaving.set(attempt, giveBack);
      standby.delete(pair);
      admit(performance.now() - since);
    }
  }

  const taken = new Map<Attempt, () => void>();
  return {
    succeeded: (attempt) => void (attempt.address !== null && known.set(pairOf(attempt), true)),
    async admit(given, work) {
      // One object each, so that two tries alike are two.
      const attempt = { ...given };
      const giveBack = places.take(attempt);
      if (giveBack) taken.set(attempt, giveBack);
      const waitedMs = giveBack ? 0 : await wait(attempt);
      try {
        return await work({ waitedMs, isKnown: known.get(pairOf(attempt)) === true });
      } finally {
        taken.get(attempt)?.();
        taken.delete(attempt);
        admitNext(taken);
      }
    },
  };
}
