/** What a courier has done of a delivery when it is taken from them, as payments needs it to pay them. */
import { heldStates, type DeliveryState } from "./delivery-states.ts";

type Held = (typeof heldStates)[number];

/** The courier, how far they were, and the whole pay of the delivery, minor units. */
export type DoneRide = { courierId: string; stage: Held; courierPayMinor: number };

/** The ride of a delivery as it stands; empty when nobody holds it. */
export function rideOf(delivery: {
  state: DeliveryState;
  courierId: string | null;
  courierPayMinor: number | null;
}): DoneRide | Record<string, never> {
  const { courierId, courierPayMinor } = delivery;
  const stage = heldStates.find((state) => state === delivery.state);
  return stage === undefined || courierId === null || courierPayMinor === null
    ? {}
    : { courierId, stage, courierPayMinor };
}

/** The whole pay of a delivery as events carry it; empty where it is not known yet. */
export const payOf = ({ courierPayMinor }: { courierPayMinor: number | null }) =>
  courierPayMinor === null ? {} : { courierPayMinor };
