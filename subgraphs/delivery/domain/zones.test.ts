import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { etaOf, quoteEtaSeconds } from "./eta.ts";
import { insidePolygon, isPoint, roadMeters, straightMeters, travelSeconds } from "./geo.ts";
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

  it("on a tie the zone with the lesser id prices the route, in whatever order they come", () => {
    const twins = ["b", "a", "c"].map((id) => ({ ...circle, id }));
    for (const zones of [twins, twins.toReversed()])
      expect(priceRoute(zones, centre, centre, "IDR")).toEqual({ zoneId: "a", distanceMeters: 0, feeMinor: 700_000 });
    const dear = { ...circle, id: "0", baseFeeMinor: 700_001 };
    expect(priceRoute([dear, ...twins], centre, centre, "IDR")?.zoneId).toBe("a");
  });

  it("a zone of another currency prices nothing, nor one that covers one end alone", () => {
    const away = { latitude: -6.2, longitude: 106.9 };
    expect(covers(circle.area, away)).toBe(false);
    expect(priceRoute([circle], centre, away, "IDR")).toBeNull();
    expect(priceRoute([circle], away, centre, "IDR")).toBeNull();
    expect(priceRoute([{ ...circle, currency: "SGD" }, circle], centre, centre, "IDR")?.zoneId).toBe("circle");
    expect(priceRoute([circle], centre, { latitude: -6.2, longitude: Number.NaN }, "IDR")).toBeNull();
  });

  it("distances are those of the globe, and longer by road", () => {
    const degree = (latitude: number, longitude: number) =>
      straightMeters({ latitude: 0, longitude: 0 }, { latitude, longitude });
    expect([degree(0, 0), degree(1, 0), degree(0, 1), degree(0, 180), degree(90, 0)]).toEqual([
      0, 111_195, 111_195, 20_015_087, 10_007_543,
    ]);
    const [paris, london] = [
      { latitude: 48.8566, longitude: 2.3522 },
      { latitude: 51.5074, longitude: -0.1278 },
    ];
    expect(straightMeters(paris, london)).toBe(343_556);
    expect(roadMeters(paris, london)).toBe(446_623);
    expect([0, 1, 5, 6].map((meters) => travelSeconds(meters, 5))).toEqual([0, 1, 1, 2]);
  });

  it("a point lies on the globe up to its poles and its date line", () => {
    const on = (latitude: number, longitude: number) => isPoint({ latitude, longitude });
    expect([on(90, 180), on(-90, -180), on(0, 0)]).toEqual([true, true, true]);
    expect([on(90.1, 0), on(-90.1, 0), on(0, 180.1), on(0, -180.1)]).toEqual([false, false, false, false]);
    expect([on(Number.NaN, 0), on(0, Number.NaN), on(Infinity, 0), on(0, Infinity)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("a ring that bends inward covers what lies between its corners, wherever it begins", () => {
    const corners = [
      [0, 0],
      [0, 4],
      [4, 4],
      [2, 2],
      [4, 0],
    ].map(([latitude, longitude]) => ({ latitude: latitude!, longitude: longitude! }));
    const inside = (latitude: number, longitude: number) =>
      corners.map((_, at) => insidePolygon({ latitude, longitude }, [...corners.slice(at), ...corners.slice(0, at)]));
    const all = (value: boolean) => corners.map(() => value);
    expect(inside(1, 2)).toEqual(all(true));
    expect(inside(3.5, 0.2)).toEqual(all(true));
    expect(inside(3.5, 3.9)).toEqual(all(true));
    expect(inside(3, 2)).toEqual(all(false));
    expect(inside(1, 5)).toEqual(all(false));
    expect(inside(1, -1)).toEqual(all(false));
    expect(insidePolygon({ latitude: 1, longitude: 1 }, [])).toBe(false);
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
    const known = { ...running, courier: { latitude: -6.2, longitude: 106.8258 }, dropoff: centre };
    const away = (state: "SEARCHING" | "ASSIGNED" | "AT_PICKUP" | "PICKED_UP" | "AT_DROPOFF", change = {}) =>
      ((etaOf({ ...known, state, ...change }, now, rule)?.getTime() ?? 0) - now.getTime()) / 1000;
    // About 1.3 km by road at 5 m/s are 262 s; the whole way of 1,500 m is 300 s.
    const ready = { readyAt: now };
    expect(away("SEARCHING")).toBe(600 + 120 + 300);
    expect(away("SEARCHING", ready)).toBe(300 + 120 + 300);
    expect(away("ASSIGNED")).toBe(600 + 120 + 300);
    expect(away("ASSIGNED", ready)).toBe(262 + 120 + 300);
    expect(away("ASSIGNED", { ...ready, courier: null })).toBe(300 + 120 + 300);
    expect(away("ASSIGNED", { ...ready, pickup: null })).toBe(300 + 120 + 300);
    expect(away("AT_PICKUP", { readyAt: new Date(now.getTime() + 1) })).toBe(1 + 120 + 300);
    expect(away("AT_PICKUP", { readyAt: new Date(now.getTime() - 60_000) })).toBe(120 + 300);
    expect(away("AT_PICKUP", { readyAt: null })).toBe(120 + 300);
    expect(away("PICKED_UP")).toBe(262 + 120);
    expect(away("PICKED_UP", { courier: null })).toBe(300 + 120);
    expect(away("PICKED_UP", { dropoff: null })).toBe(300 + 120);
    expect(away("PICKED_UP", { dropoff: null, distanceMeters: null })).toBe(120);
    expect(away("AT_DROPOFF")).toBe(120);
    for (const state of ["PENDING", "DELIVERED", "CANCELLED", "FAILED", "RETURNED"] as const) {
      expect(etaOf({ ...running, state }, now, rule)).toBeNull();
    }
  });
});
