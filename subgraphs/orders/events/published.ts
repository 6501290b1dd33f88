/** The events of orders: order.*.v1 and audit.recorded.v1. */
import { createPublisher } from "../../../kit/events/outbox.ts";
import { events } from "../../../schema/events.ts";

/** Writes an event to the outbox, in the transaction of the change. */
export const publish = createPublisher(events, "orders");
