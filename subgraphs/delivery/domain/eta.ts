/** When the food will be at the customer's door. */
import { roadMeters, travelSeconds, type Point } from "./geo.ts";
import type { DeliveryState } from "./delivery-states.ts";

/** Assumptions of every estimate. */
export type EtaRule = {
  readonly metersPerSecond: number;
  /** Seconds for a courier to reach the restaurant, as long as none is known. */
  readonly approachSeconds: number;
  /** Seconds to take over food, and again to hand it over. */
  readonly handoverSeconds: number;
};

/** Seconds from order to door for a quote: the kitchen and the courier's way there run in parallel. */
export const quoteEtaSeconds = (prepSeconds: number, distanceMeters: number, rule: EtaRule): number =>
  Math.max(prepSeconds, rule.approachSeconds) +
  rule.handoverSeconds +
  travelSeconds(distanceMeters, rule.metersPerSecond);

/** What an estimate of a running delivery looks at. */
export type RunningDelivery = {
  readonly state: DeliveryState;
  readonly pickup: Point | null;
  readonly dropoff: Point | null;
  readonly distanceMeters: number | null;
  readonly readyAt: Date | null;
  readonly courier: Point | null;
};

/** Instant of arrival at the customer; null when the delivery has ended or is not yet described. */
export function etaOf(delivery: RunningDelivery, now: Date, rule: EtaRule): Date | null {
  const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  const ride = (meters: number): number => travelSeconds(meters, rule.metersPerSecond);
  const wholeWay = delivery.distanceMeters ?? 0;
  const kitchen = delivery.readyAt ? Math.max(0, Math.ceil((delivery.readyAt.getTime() - now.getTime()) / 1000)) : 0;
  const approach =
    delivery.courier && delivery.pickup ? ride(roadMeters(delivery.courier, delivery.pickup)) : rule.approachSeconds;
  switch (delivery.state) {
    case "SEARCHING":
      return after(Math.max(kitchen, rule.approachSeconds) + rule.handoverSeconds + ride(wholeWay));
    case "ASSIGNED":
      return after(Math.max(kitchen, approach) + rule.handoverSeconds + ride(wholeWay));
    case "AT_PICKUP":
      return after(kitchen + rule.handoverSeconds + ride(wholeWay));
    case "PICKED_UP": {
      const left = delivery.courier && delivery.dropoff ? roadMeters(delivery.courier, delivery.dropoff) : wholeWay;
      return after(ride(left) + rule.handoverSeconds);
    }
    case "AT_DROPOFF":
      return after(rule.handoverSeconds);
    default:
      return null;
  }
}
