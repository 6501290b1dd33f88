/** Which free courier is offered which waiting delivery, and why. */
import { assign, forbidden } from "./assignment.ts";
import { roadMeters, travelSeconds, type Point } from "./geo.ts";

/** A delivery that looks for a courier. `cells` is its neighbourhood, `barred` the couriers who lately said no. */
export type WaitingDelivery = {
  readonly id: string;
  readonly pickup: Point;
  readonly readyAt: Date;
  readonly cells: ReadonlySet<string>;
  readonly barred: ReadonlySet<string>;
};

/** A courier who is online and holds neither a delivery nor an open offer. */
export type FreeCourier = {
  readonly id: string;
  readonly location: Point;
  readonly cell: string;
  readonly idleSince: Date;
};

/** Weights and caps of the score. */
/** An offer to make. */
export type MatchingRule = {
  readonly metersPerSecond: number;
  /** Share of the idle time that counts in a courier's favour, in basis points. */
  readonly idleCreditBps: number;
  readonly idleCreditCapSeconds: number;
};

/** Why an offer was made, in seconds; the least `totalSeconds` wins. */
export type Score = {
  readonly travelSeconds: number;
  readonly kitchenWaitSeconds: number;
  readonly latenessSeconds: number;
  readonly idleCreditSeconds: number;
  readonly totalSeconds: number;
};

export type Match = { readonly deliveryId: string; readonly courierId: string; readonly score: Score };

const secondsBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1000);

/**
 * Travel to the restaurant, plus the wait there for the kitchen, plus the time that ready food waits for the courier,
 * less a credit for the time the courier has been without work.
 */
export function scoreOf(delivery: WaitingDelivery, courier: FreeCourier, now: Date, rule: MatchingRule): Score {
  const travel = travelSeconds(roadMeters(courier.location, delivery.pickup), rule.metersPerSecond);
  const readyIn = secondsBetween(now, delivery.readyAt);
  const kitchenWait = Math.max(0, readyIn - travel);
  const lateness = Math.max(0, travel - readyIn);
  const idle = Math.max(0, secondsBetween(courier.idleSince, now));
  const credit = Math.min(rule.idleCreditCapSeconds, Math.floor((idle * rule.idleCreditBps) / 10_000));
  return {
    travelSeconds: travel,
    kitchenWaitSeconds: kitchenWait,
    latenessSeconds: lateness,
    idleCreditSeconds: credit,
    totalSeconds: travel + kitchenWait + lateness - credit,
  };
}

/**
 * Pairs deliveries with couriers of their neighbourhood: as many deliveries as possible, then the least total score.
 * Each delivery and each courier appears once at most; a barred courier never.
 */
export function matchBatch(
  deliveries: readonly WaitingDelivery[],
  couriers: readonly FreeCourier[],
  now: Date,
  rule: MatchingRule,
): Match[] {
  const eligible = (delivery: WaitingDelivery, courier: FreeCourier): boolean =>
    delivery.cells.has(courier.cell) && !delivery.barred.has(courier.id);
  const scores = deliveries.map((delivery) =>
    couriers.map((courier) => (eligible(delivery, courier) ? scoreOf(delivery, courier, now, rule) : null)),
  );
  const chosen = assign(scores.map((row) => row.map((score) => score?.totalSeconds ?? forbidden)));
  return chosen.flatMap((column, row) => {
    const delivery = deliveries[row];
    const courier = column === null ? undefined : couriers[column];
    const score = column === null ? null : scores[row]?.[column];
    return delivery && courier && score ? [{ deliveryId: delivery.id, courierId: courier.id, score }] : [];
  });
}
