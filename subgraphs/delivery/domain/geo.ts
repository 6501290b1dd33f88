/** Distances and travel times on the map, by pure arithmetic: no routing service is asked. */

/** A point, WGS 84 degrees. */
export type Point = { readonly latitude: number; readonly longitude: number };

const earthRadiusMeters = 6_371_000;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** True for finite coordinates within the globe's ranges. */
export const isPoint = (point: Point): boolean =>
  Number.isFinite(point.latitude) &&
  Number.isFinite(point.longitude) &&
  Math.abs(point.latitude) <= 90 &&
  Math.abs(point.longitude) <= 180;

/** Great-circle distance in whole meters (haversine). */
export function straightMeters(a: Point, b: Point): number {
  const latitude = radians(b.latitude - a.latitude);
  const longitude = radians(b.longitude - a.longitude);
  const h =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(longitude / 2) ** 2;
  return Math.round(2 * earthRadiusMeters * Math.asin(Math.min(1, Math.sqrt(h))));
}

/** Streets are longer than the straight line by this share; a usual figure for dense cities. */
const detour = 1.3;

/** Distance by road, estimated, in whole meters. */
export const roadMeters = (a: Point, b: Point): number => Math.round(straightMeters(a, b) * detour);

/** Seconds to ride `meters` at `metersPerSecond`. */
export const travelSeconds = (meters: number, metersPerSecond: number): number => Math.ceil(meters / metersPerSecond);

/** True when `point` lies inside the ring of corners (even-odd rule; the last corner joins the first). */
export function insidePolygon(point: Point, corners: readonly Point[]): boolean {
  let inside = false;
  let previous = corners.at(-1);
  for (const corner of corners) {
    if (previous && corner.latitude > point.latitude !== previous.latitude > point.latitude) {
      const share = (point.latitude - corner.latitude) / (previous.latitude - corner.latitude);
      if (point.longitude < corner.longitude + share * (previous.longitude - corner.longitude)) inside = !inside;
    }
    previous = corner;
  }
  return inside;
}
