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

test("the poles and the date line are on Earth, whatever is beyond or no number is not", () => {
  const on = (latitude: number, longitude: number) => isOnEarth({ latitude, longitude });
  expect([on(0, 0), on(90, 180), on(-90, -180)]).toEqual([true, true, true]);
  expect([on(90.1, 0), on(-90.1, 0), on(0, 180.1), on(0, Number.NaN), on(Number.NaN, 0)]).toEqual(Array(5).fill(false));
});

test("a box is no larger than its circle needs", () => {
  const latitude = fc.double({ min: -80, max: 80, noNaN: true });
  const longitude = fc.double({ min: -170, max: 170, noNaN: true });
  fc.assert(
    fc.property(latitude, longitude, fc.integer({ min: 1, max: 50_000 }), (lat, lon, radius) => {
      const centre = { latitude: lat, longitude: lon };
      const { south, north, west, east } = boundingBox(centre, radius);
      const away = (point: Point) => distanceMeters(centre, point) / radius;
      for (const edge of [south, north]) {
        const distance = away({ latitude: edge, longitude: lon });
        expect(distance).toBeGreaterThan(1);
        expect(distance).toBeLessThan(1.001);
      }
      expect(east - lon).toBeCloseTo(lon - west, 9);
      expect(north - lat).toBeCloseTo(lat - south, 9);
      // The easternmost point of a circle lies on its meridian east of the centre, as sin(longitude) = sin(angle) / cos(latitude).
      const reach = Math.asin(Math.sin(radius / earthRadiusMeters) / Math.cos(inRadians(lat)));
      expect(inRadians(east - lon)).toBeGreaterThan(reach);
      expect(inRadians(east - lon)).toBeLessThan(reach * 1.001);
    }),
  );
});

test("across a pole or the date line a box spans all longitudes", () => {
  const spans = (latitude: number, longitude: number, radius: number) => {
    const { west, east } = boundingBox({ latitude, longitude }, radius);
    return west === -180 && east === 180;
  };
  expect([spans(89.9, 0, 50_000), spans(-89.9, 0, 50_000), spans(0, 179.9, 50_000), spans(0, -179.9, 50_000)]).toEqual(
    Array(4).fill(true),
  );
  expect([spans(89, 0, 50_000), spans(-89, 0, 50_000), spans(0, 179, 50_000), spans(0, -179, 50_000)]).toEqual(
    Array(4).fill(false),
  );
  const { south, north } = boundingBox({ latitude: 89.9, longitude: 0 }, 50_000);
  expect([south < 89.9, north > 90]).toEqual([true, true]);
});
