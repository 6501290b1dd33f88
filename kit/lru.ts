/** A map that forgets what was asked for least recently once it holds `limit` entries. */
export class Lru<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;
  /** The last of `#entries`; putting it last again would only make a small map write itself anew, over and over. */
  #latest: K | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether another entry would make one be forgotten. */
  get isFull(): boolean {
    return this.#entries.size >= this.#limit;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || key === this.#latest) return value;
    this.#putLast(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#putLast(key, value);
    if (this.#entries.size <= this.#limit) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest as K);
  }

  #putLast(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#latest = key;
  }

  keys(): IterableIterator<K> {
    return this.#entries.keys();
  }
}
