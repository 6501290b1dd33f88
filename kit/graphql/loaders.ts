/** Batched reads: one DataLoader per request and per kind of row. */
import DataLoader from "dataloader";

/**
 * Declares a batched read at module level: `const orderById = defineLoader(async (context, ids) => new Map(…))`, used as
 * `orderById(context).load(id)`. Keys missing from the map load as null. The loader lives as long as its context object.
 */
export function defineLoader<Context extends object, Key, Value>(
  read: (context: Context, keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): (context: Context) => DataLoader<Key, Value | null> {
  const loaders = new WeakMap<Context, DataLoader<Key, Value | null>>();
  return (context) => {
    let loader = loaders.get(context);
    if (!loader) {
      loader = new DataLoader<Key, Value | null>(async (keys) => {
        const found = await read(context, keys);
        return keys.map((key) => found.get(key) ?? null);
      });
      loaders.set(context, loader);
    }
    return loader;
  };
}
