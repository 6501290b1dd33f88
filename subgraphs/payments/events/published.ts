/** The events that payments publishes. */
import { createPublisher } from "../../../kit/events/outbox.ts";
import { events } from "../../../schema/events.ts";

/** Writes an event of payments in the transaction of the change that caused it. */
export const publish = createPublisher(events, "payments");
