/** What carries events between subgraphs. The contract suite beside it says exactly what an implementation owes. */
import type { Event } from "./event.ts";

/** One hand-over of an event to a durable subscriber. Resolving acknowledges it; throwing has it delivered again later. */
export type DeliveryHandler = (event: Event) => Promise<void>;

/** Who wants which events. */
export type SubscribeOptions = {
  /** The subscriber's lasting name: deliveries continue where it left off, and are shared among all that use the name. */
  readonly durable: string;
  /** First segments of event types; a subscriber takes a topic whole. */
  readonly topics: readonly string[];
  readonly handler: DeliveryHandler;
};

/** A running subscription. `ready` resolves once it is registered; `stop` lets the deliveries in flight finish. */
export type Subscription = { readonly ready: Promise<void>; readonly stop: () => Promise<void> };

/**
 * Carries events from outboxes to inboxes, at least once.
 *
 * - A new durable subscriber first gets what its topics already carried, as far as it is kept, then everything after.
 * - An event id is published once: publishing it again, by anyone, changes nothing.
 * - One aggregate's events are handed over one at a time by each subscriber, in the order published as far as no
 *   delivery fails; the inbox orders the rest by version.
 * - A delivery that is neither acknowledged nor refused, because the process died, is handed over again.
 */
export type Broker = {
  /** Stores the batch for all subscribers, or throws and stores nothing. */
  readonly publish: (batch: readonly Event[]) => Promise<void>;
  /** Starts to hand over events; while the broker is away it keeps trying. */
  readonly subscribe: (options: SubscribeOptions) => Subscription;
  /** Stops every subscription, lets what is in flight finish, disconnects. */
  readonly close: () => Promise<void>;
};
