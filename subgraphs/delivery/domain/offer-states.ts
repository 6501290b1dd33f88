/** The life of an offer to a courier as data. */

/** Every state of an offer. */
export const offerStates = ["OFFERED", "ACCEPTED", "DECLINED", "EXPIRED", "WITHDRAWN"] as const;

export type OfferState = (typeof offerStates)[number];

/** Every legal move; an accepted offer is withdrawn when its courier loses the delivery before pickup. */
export const offerTransitions: readonly { readonly from: OfferState; readonly to: OfferState }[] = [
  { from: "OFFERED", to: "ACCEPTED" },
  { from: "OFFERED", to: "DECLINED" },
  { from: "OFFERED", to: "EXPIRED" },
  { from: "OFFERED", to: "WITHDRAWN" },
  { from: "ACCEPTED", to: "WITHDRAWN" },
];

/** True when the table lists the move. */
export const mayMoveOffer = (from: OfferState, to: OfferState): boolean =>
  offerTransitions.some((transition) => transition.from === from && transition.to === to);
