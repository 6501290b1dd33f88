/** Apollo Server's stores of documents and of persisted queries, bounded by the memory that they keep. */
import type { DocumentNode } from "graphql";
import { visit } from "graphql";
import { Lru } from "../lru.ts";

/** The part of Apollo Server's KeyValueCache that a store in memory has. */
type Store<V> = {
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V): Promise<void>;
  delete(key: string): Promise<void>;
  /** Estimated bytes of all that it keeps. */
  readonly bytes: number;
};

/**
 * Bytes that a node of a parsed document keeps, with its location and its tokens. Measured as the growth of the heap by 15 to 150
 * documents each of 70 to 1,200 nodes (Node 26): 259 to 298.
 */
const nodeBytes = 300;
/** Copies of its text that a document keeps elsewhere, as keys of what was made of it. */
const textCopies = 5;

const known = new WeakMap<DocumentNode, number>();

/** Estimated bytes that a document keeps; counted once. */
export function documentBytes(document: DocumentNode): number {
  let bytes = known.get(document);
  if (bytes === undefined) {
    let nodes = 0;
    visit(document, { enter: () => void (nodes += 1) });
    bytes = nodes * nodeBytes + (document.loc?.source.body.length ?? 0) * textCopies;
    known.set(document, bytes);
  }
  return bytes;
}

function storeOver<V>(entries: Lru<string, V>): Store<V> {
  return {
    get: async (key) => entries.get(key),
    set: async (key, value) => entries.set(key, value),
    delete: async (key) => entries.delete(key),
    get bytes() {
      return entries.bytes;
    },
  };
}

/** Parsed and validated documents, `maxBytes` of them. */
export const createDocumentStore = (maxBytes: number): Store<DocumentNode> =>
  storeOver(
    new Lru<string, DocumentNode>({ maxBytes, weigh: (key, document) => key.length + documentBytes(document) }),
  );

/** Texts by their hash, `maxBytes` of them; a character may take two bytes. */
export const createTextStore = (maxBytes: number): Store<string> =>
  storeOver(new Lru<string, string>({ maxBytes, weigh: (key, text) => key.length + text.length * 2 }));
