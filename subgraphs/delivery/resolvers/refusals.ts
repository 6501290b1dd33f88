/** Refusals of the actions as types of the graph. */
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import type { DeliveryState } from "../domain/delivery-states.ts";
import type { OfferState } from "../domain/offer-states.ts";

/** Not there, or not the caller's: both answer alike. */
export const notFound = (what: string) => ({
  __typename: "NotFoundError" as const,
  message: `There is no such ${what}.`,
});

/** A place that is none. */
export const invalidLocation = () => invalidInput("location", "Latitude must be -90 to 90 and longitude -180 to 180.");

/** The step needs a courier who is online. */
export const courierOffline = () => ({
  __typename: "CourierOfflineError" as const,
  message: "The courier must be online.",
});

/** The step needs a courier without a delivery. */
export const courierBusy = () => ({
  __typename: "CourierBusyError" as const,
  message: "The courier holds a delivery.",
});

/** The offer was answered, ran out or was taken back. */
export const offerClosed = (state: OfferState) => ({
  __typename: "OfferClosedError" as const,
  message: "The offer is no longer open.",
  state,
});

/** The refusals that every step of a delivery shares. */
export const stepRefused = (refusal: { tag: "NOT_FOUND" } | { tag: "WRONG_STATE"; state: DeliveryState }) =>
  refusal.tag === "NOT_FOUND"
    ? notFound("delivery")
    : {
        __typename: "WrongDeliveryStateError" as const,
        message: `The delivery is ${refusal.state.toLowerCase().replaceAll("_", " ")}.`,
        state: refusal.state,
      };
