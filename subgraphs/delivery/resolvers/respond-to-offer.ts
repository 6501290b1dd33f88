import { personOf } from "../../../kit/access/caller.ts";
import { respondToOffer as act } from "../actions/respond-to-offer.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { courierBusy, courierOffline, notFound, offerClosed } from "./refusals.ts";

/** A courier takes or refuses an offer. */
export const respondToOffer: NonNullable<MutationResolvers["respondToOffer"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.offerId, input.accept);
  if (done.ok) return { __typename: "RespondToOfferSuccess", ...done.value };
  switch (done.error.tag) {
    case "NOT_FOUND":
      return notFound("offer");
    case "CLOSED":
      return offerClosed(done.error.state);
    case "BUSY":
      return courierBusy();
    case "OFFLINE":
      return courierOffline();
  }
};
