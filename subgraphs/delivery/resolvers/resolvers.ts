/** Every resolver of delivery. */
import { arriveAtDropoff } from "./arrive-at-dropoff.ts";
import { arriveAtPickup } from "./arrive-at-pickup.ts";
import { Courier } from "./courier.ts";
import { deliver } from "./deliver.ts";
import { Delivery } from "./delivery.ts";
import { failDelivery } from "./fail-delivery.ts";
import { goOffline } from "./go-offline.ts";
import { goOnline } from "./go-online.ts";
import { handBackDelivery } from "./hand-back-delivery.ts";
import { Offer } from "./offer.ts";
import { Order } from "./order.ts";
import { pickUp } from "./pick-up.ts";
import { Query } from "./query.ts";
import { reassignDelivery } from "./reassign-delivery.ts";
import { requestReturn } from "./request-return.ts";
import { respondToOffer } from "./respond-to-offer.ts";
import { Restaurant } from "./restaurant.ts";
import { returnDelivery } from "./return-delivery.ts";
import { updateLocation } from "./update-location.ts";
import { Zone } from "./zone.ts";

/** The resolver map that the contract in schema.graphql asks for. */
export const resolvers = {
  Query,
  Mutation: {
    arriveAtDropoff,
    arriveAtPickup,
    deliver,
    failDelivery,
    goOffline,
    goOnline,
    handBackDelivery,
    pickUp,
    reassignDelivery,
    requestReturn,
    respondToOffer,
    returnDelivery,
    updateLocation,
  },
  Courier,
  Delivery,
  Offer,
  Order,
  Restaurant,
  Zone,
};
