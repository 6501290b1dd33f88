/** The life of a delivery as data: the only list of its states and of the moves between them. */

/** Every state of a delivery. */
export const deliveryStates = [
  "PENDING",
  "SEARCHING",
  "ASSIGNED",
  "AT_PICKUP",
  "PICKED_UP",
  "AT_DROPOFF",
  "DELIVERED",
  "CANCELLED",
  "FAILED",
  "RETURNED",
] as const;

export type DeliveryState = (typeof deliveryStates)[number];

type Transition = { readonly from: DeliveryState; readonly to: DeliveryState; readonly cause: string };

/** Every legal move; a move that is not listed does not happen. */
export const deliveryTransitions: readonly Transition[] = [
  { from: "PENDING", to: "SEARCHING", cause: "instructions received from orders" },
  { from: "PENDING", to: "CANCELLED", cause: "order withdrawn" },
  { from: "SEARCHING", to: "ASSIGNED", cause: "courier accepts an offer, or support assigns one" },
  { from: "SEARCHING", to: "CANCELLED", cause: "order withdrawn" },
  { from: "ASSIGNED", to: "AT_PICKUP", cause: "courier arrives at the restaurant" },
  { from: "ASSIGNED", to: "SEARCHING", cause: "courier hands it back, falls silent, or is taken off by support" },
  { from: "ASSIGNED", to: "CANCELLED", cause: "order withdrawn" },
  { from: "AT_PICKUP", to: "PICKED_UP", cause: "courier gives the pickup code" },
  { from: "AT_PICKUP", to: "SEARCHING", cause: "courier hands it back, falls silent, or is taken off by support" },
  { from: "AT_PICKUP", to: "CANCELLED", cause: "order withdrawn" },
  { from: "PICKED_UP", to: "AT_DROPOFF", cause: "courier arrives at the customer" },
  { from: "PICKED_UP", to: "FAILED", cause: "courier cannot deliver, or support gives the order up" },
  { from: "AT_DROPOFF", to: "DELIVERED", cause: "courier hands over, with proof" },
  { from: "AT_DROPOFF", to: "FAILED", cause: "courier cannot deliver, or support gives the order up" },
  { from: "FAILED", to: "RETURNED", cause: "food brought back" },
];

/** States from which `to` may be reached: what the conditional update names in its `where`. */
export const sourcesOf = (to: DeliveryState): DeliveryState[] =>
  deliveryTransitions.filter((transition) => transition.to === to).map((transition) => transition.from);

/** True when the table lists the move. */
export const mayMove = (from: DeliveryState, to: DeliveryState): boolean =>
  deliveryTransitions.some((transition) => transition.from === from && transition.to === to);

/** True for a state that is never left. */
export const isFinal = (state: DeliveryState): boolean =>
  !deliveryTransitions.some((transition) => transition.from === state);

/** States in which a courier holds the delivery; a courier holds one at most. */
export const heldStates = ["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"] as const satisfies DeliveryState[];

/** True while a courier holds the delivery. */
export const isHeld = (state: DeliveryState): boolean => (heldStates as readonly DeliveryState[]).includes(state);

/** Held states before the food is in the courier's hands: the courier can still be changed. */
export const beforePickup = ["ASSIGNED", "AT_PICKUP"] as const satisfies DeliveryState[];

/** True when nothing is left to be done for the customer: personal data may be erased. */
export const isSettled = (state: DeliveryState): boolean => isFinal(state) || state === "FAILED";

/** Walks `moves` (each a target state) from PENDING; null as soon as one is not listed. */
export function replay(moves: readonly DeliveryState[]): DeliveryState | null {
  let state: DeliveryState = "PENDING";
  for (const to of moves) {
    if (!mayMove(state, to)) return null;
    state = to;
  }
  return state;
}
