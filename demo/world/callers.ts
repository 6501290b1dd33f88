/** For tests: people and services of the demo world as a subgraph sees them, each person with every role. */
import type { Caller } from "../../kit/access/identity.ts";
import { demoId, demoUserId } from "./world.ts";

const roles = ["customer", "courier", "restaurant", "support", "admin"];

const person = (userId: string, index: number): Caller => ({
  kind: "user",
  userId,
  sessionId: demoId("ses", index),
  roles,
  scopes: [],
});

const service = (name: string): Caller => ({ kind: "service", service: name });

/** An owner, a customer and a courier, then the services, which alone may ask internal fields. */
export const demoCallers: readonly Caller[] = [
  ...[demoUserId.owner(0), demoUserId.customer(0), demoUserId.courier(0)].map(person),
  ...["orders", "users", "menu", "delivery", "payments"].map(service),
];
