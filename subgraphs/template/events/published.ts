import { createPublisher } from "../../../kit/events/outbox.ts";
import { events } from "../../../schema/events.ts";

/** Writes an event of this subgraph into the outbox, in the caller's transaction. */
export const publish = createPublisher(events, "template");
