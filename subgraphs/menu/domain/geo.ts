/** Distances on a sphere, and boxes that an index can search. */

/** A point, WGS 84 degrees. */
export type Point = { readonly latitude: number; readonly longitude: number };

/** Mean radius of the Earth in metres (IUGG). */
export const earthRadiusMeters = 6_371_008.8;

/** Bounds in degrees, inclusive. */
export type Box = { readonly south: number; readonly north: number; readonly west: number; readonly east: number };

const degrees = (radians: number): number => (radians * 180) / Math.PI;
const radians = (value: number): number => (value * Math.PI) / 180;

/** Whether a point lies on Earth: latitude -90 to 90, longitude -180 to 180. */
export const isOnEarth = ({ latitude, longitude }: Point): boolean =>
  Number.isFinite(latitude) && Number.isFinite(longitude) && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

/**
 * A box that contains every point within `radiusMeters` of `centre`.
 * Across a pole or the antimeridian it spans all longitudes.
 */
export function boundingBox(centre: Point, radiusMeters: number): Box {
  const angle = radiusMeters / earthRadiusMeters;
  // A hair more than the circle, so that rounding never cuts its edge.
  const deltaLatitude = degrees(angle) * 1.000001;
  const [south, north] = [centre.latitude - deltaLatitude, centre.latitude + deltaLatitude];
  const whole = { south, north, west: -180, east: 180 };
  if (south <= -90 || north >= 90) return whole;
  const deltaLongitude = degrees(Math.asin(Math.sin(angle) / Math.cos(radians(centre.latitude)))) * 1.000001;
  const [west, east] = [centre.longitude - deltaLongitude, centre.longitude + deltaLongitude];
  return west < -180 || east > 180 ? whole : { south, north, west, east };
}
