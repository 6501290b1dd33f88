/** The event envelope (CloudEvents attributes plus order per aggregate) and the catalogue it is checked against. */
import type { z } from "zod";

/** Every type of event that may travel: the subgraph that owns it (`*` = any) and the shape of its data. */
export type Catalogue = Readonly<Record<string, { readonly source: string; readonly data: z.ZodType }>>;

/** One event as it travels. `time` is ISO 8601 in UTC; `aggregateVersion` counts 1, 2, 3 … per source, topic and aggregate. */
export type Event<T extends string = string, D = unknown> = {
  readonly id: string;
  readonly type: T;
  readonly source: string;
  readonly time: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly traceId: string;
  readonly data: D;
};

/** The types of a catalogue that `Source` may publish. */
export type OwnedTypes<C extends Catalogue, Source extends string> = {
  [T in keyof C & string]: C[T]["source"] extends Source | "*" ? T : never;
}[keyof C & string];

/** The topic of an event type: its first segment (`order.placed.v1` → `order`). */
export function topicOf(type: string): string {
  const dot = type.indexOf(".");
  return dot < 0 ? type : type.slice(0, dot);
}
