import fc from "fast-check";
import { expect, test } from "vitest";
import { boundingBox, earthRadiusMeters, isOnEarth, type Point } from "./geo.ts";

const inRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres between two points as the crow flies (haversine): what the box is judged by. */
function distanceMeters(a: Point, b: Point): number {
  const half = (from: number, to: number) => Math.sin(inRadians(to - from) / 2) ** 2;
  const h =
    half(a.latitude, b.latitude) +
    Math.cos(inRadians(a.latitude)) * Math.cos(inRadians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * earthRadiusMeters * Math.asin(Math.min(1, Math.sqrt(h)));
}

test("every point within the radius lies in the box", () => {
  const latitude = fc.double({ min: -89.9, max: 89.9, noNaN: true });
  const longitude = fc.double({ min: -180, max: 180, noNaN: true });
  const offset = fc.double({ min: -0.6, max: 0.6, noNaN: true });
  fc.assert(
    fc.property(
      latitude,
      longitude,
      offset,
      offset,
      fc.integer({ min: 1, max: 50_000 }),
      (lat, lon, up, right, radius) => {
        const point = {
          latitude: Math.max(-90, Math.min(90, lat + up)),
          longitude: Math.max(-180, Math.min(180, lon + right)),
        };
        if (distanceMeters({ latitude: lat, longitude: lon }, point) > radius) return;
        const box = boundingBox({ latitude: lat, longitude: lon }, radius);
        expect(point.latitude).toBeGreaterThanOrEqual(box.south);
        expect(point.latitude).toBeLessThanOrEqual(box.north);
        expect(point.longitude).toBeGreaterThanOrEqual(box.west);
        expect(point.longitude).toBeLessThanOrEqual(box.east);
      },
    ),
  );
});

test("points off the Earth are refused", () => {
  expect(isOnEarth({ latitude: 91, longitude: 0 })).toBe(false);
  expect(isOnEarth({ latitude: 0, longitude: -181 })).toBe(false);
  expect(isOnEarth({ latitude: Number.NaN, longitude: 0 })).toBe(false);
});
