/** The events that delivery publishes, checked against the catalogue. */
import { createPublisher } from "../../../kit/events/outbox.ts";
import { events } from "../../../schema/events.ts";

/** Writes an event in the transaction of its change. */
export const publish = createPublisher(events, "delivery");
