import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { etaOf, quoteEtaSeconds } from "./eta.ts";
import { straightMeters } from "./geo.ts";
import { covers, deliveryFeeMinor, priceRoute, type PricedZone } from "./zones.ts";

const centre = { latitude: -6.2, longitude: 106.8167 };
const circle: PricedZone = {
  id: "circle",
  area: { kind: "CIRCLE", center: centre, radiusMeters: 5_000 },
  currency: "IDR",
  baseFeeMinor: 700_000,
  perKmFeeMinor: 200_000,
};
const square: PricedZone = {
  ...circle,
  id: "square",
  baseFeeMinor: 600_000,
  area: {
    kind: "POLYGON",
    corners: [
      { latitude: -6.25, longitude: 106.75 },
      { latitude: -6.25, longitude: 106.85 },
      { latitude: -6.15, longitude: 106.85 },
      { latitude: -6.15, longitude: 106.75 },
    ],
  },
};
const near = fc.record({
  latitude: fc.double({ min: -6.3, max: -6.1, noNaN: true }),
  longitude: fc.double({ min: 106.7, max: 106.9, noNaN: true }),
});

describe("zones", () => {
  it("a circle covers what lies within its radius, a polygon what lies between its corners", () => {
    fc.assert(
      fc.property(near, (point) => {
        expect(covers(circle.area, point)).toBe(straightMeters(centre, point) <= 5_000);
        const inside =
          point.latitude > -6.25 && point.latitude < -6.15 && point.longitude > 106.75 && point.longitude < 106.85;
        expect(covers(square.area, point)).toBe(inside);
      }),
    );
  });

  it("the fee is the base and so much per kilometre begun, and never falls with the distance", () => {
    expect([0, 1, 1_000, 1_001, 4_200].map((meters) => deliveryFeeMinor(circle, meters))).toEqual([
      700_000, 900_000, 900_000, 1_100_000, 1_700_000,
    ]);
    const meters = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(meters, meters, (a, b) => a > b || deliveryFeeMinor(circle, a) <= deliveryFeeMinor(circle, b)),
    );
  });

  it("a route needs a zone that covers both ends; the cheapest prices it", () => {
    fc.assert(
      fc.property(near, near, (pickup, dropoff) => {
        const route = priceRoute([circle, square], pickup, dropoff, "IDR");
        const both = [circle, square].filter((zone) => covers(zone.area, pickup) && covers(zone.area, dropoff));
        expect(route?.zoneId ?? null).toBe(both.includes(square) ? "square" : both.includes(circle) ? "circle" : null);
      }),
    );
  });

  it("knows no other currency and no point off the globe", () => {
    expect(priceRoute([circle], centre, centre, "USD")).toBeNull();
    expect(priceRoute([circle], { latitude: Number.NaN, longitude: 0 }, centre, "IDR")).toBeNull();
    expect(priceRoute([circle], { latitude: 200, longitude: 0 }, centre, "IDR")).toBeNull();
  });
});

describe("arrival", () => {
  const rule = { metersPerSecond: 5, approachSeconds: 300, handoverSeconds: 120 };
  const now = new Date("2026-06-01T05:00:00Z");
  const running = {
    pickup: centre,
    dropoff: null,
    distanceMeters: 1_500,
    readyAt: new Date(now.getTime() + 600_000),
    courier: null,
  };

  it("a quote runs kitchen and approach in parallel", () => {
    expect(quoteEtaSeconds(600, 1_500, rule)).toBe(600 + 120 + 300);
    expect(quoteEtaSeconds(60, 1_500, rule)).toBe(300 + 120 + 300);
  });

  it("comes nearer with every state, and is unknown before and after", () => {
    const states = ["SEARCHING", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"] as const;
    const seconds = states.map(
      (state) => ((etaOf({ ...running, state }, now, rule)?.getTime() ?? 0) - now.getTime()) / 1000,
    );
    expect(seconds).toEqual([1_020, 1_020, 420, 120]);
    for (const state of ["PENDING", "DELIVERED", "CANCELLED", "FAILED", "RETURNED"] as const) {
      expect(etaOf({ ...running, state }, now, rule)).toBeNull();
    }
  });
});
