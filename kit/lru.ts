/**
 * A map that holds so many bytes at most, by what `weigh` makes of its entries, and forgets what was asked for least recently. A
 * number of entries would say nothing: those that clients choose may be a thousand times as large as usual.
 */
export type LruOptions<K, V> = {
  maxBytes: number;
  /** Estimated bytes of memory that an entry keeps, its key included. */
  weigh(key: K, value: V): number;
};

/** What the map itself takes for an entry, bytes. */
const entryBytes = 100;

type Entry<V> = { value: V; bytes: number };

export class Lru<K, V> {
  readonly #entries = new Map<K, Entry<V>>();
  readonly #options: LruOptions<K, V>;
  #bytes = 0;
  #heaviest = 0;
  /** The last of `#entries`; putting it last again would only make a small map write itself anew, over and over. */
  #latest: K | undefined;

  constructor(options: LruOptions<K, V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Estimated bytes of all entries; never more than `maxBytes`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether another entry, as heavy as the heaviest so far, would make one be forgotten. */
  get isFull(): boolean {
    return this.#bytes + this.#heaviest > this.#options.maxBytes;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (key !== this.#latest) this.#putLast(key, entry);
    return entry.value;
  }

  /** Keeps the entry, unless it alone is too heavy; an older one of the same key goes either way. */
  set(key: K, value: V): void {
    this.delete(key);
    const bytes = entryBytes + this.#options.weigh(key, value);
    if (bytes > this.#options.maxBytes) return;
    this.#heaviest = Math.max(this.#heaviest, bytes);
    this.#bytes += bytes;
    this.#putLast(key, { value, bytes });
    while (this.#bytes > this.#options.maxBytes) this.delete(this.#entries.keys().next().value as K);
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
    if (key === this.#latest) this.#latest = undefined;
  }

  #putLast(key: K, entry: Entry<V>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#latest = key;
  }

  keys(): IterableIterator<K> {
    return this.#entries.keys();
  }
}
