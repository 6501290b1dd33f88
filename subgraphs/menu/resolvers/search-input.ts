import { graphqlError } from "../../../kit/errors.ts";
import type { SearchCriteria } from "../db/queries/search.ts";
import { isOnEarth } from "../domain/geo.ts";
import type { QueryRestaurantsArgs } from "../generated/resolvers.ts";

/** Metres around `near` when no other distance is asked for. */
const defaultRadiusMeters = 10_000;

function refuse(message: string): never {
  throw graphqlError("BAD_USER_INPUT", message);
}

/** Reads what restaurants are looked for by. Throws BAD_USER_INPUT for values outside the limits that the schema names. */
export function readCriteria({ near, search, filters }: Partial<QueryRestaurantsArgs>): SearchCriteria {
  const radius = filters?.maxDistanceMeters ?? defaultRadiusMeters;
  if (radius < 1 || radius > 50_000) refuse("filters.maxDistanceMeters must be from 1 to 50000.");
  if (near && !isOnEarth(near)) refuse("near is not a point on Earth.");
  if (filters?.maxDistanceMeters != null && !near) refuse("filters.maxDistanceMeters needs near.");
  return {
    near: near ? { point: { latitude: near.latitude, longitude: near.longitude }, radiusMeters: radius } : null,
    search: readSearch(search),
    priceLevels: readLevels(filters?.priceLevels),
    minRating: readRating(filters?.minRating),
    cuisines: readCuisines(filters?.cuisines),
  };
}

function readSearch(search: string | null | undefined): string | null {
  const text = search?.replaceAll("\u0000", "").trim() ?? "";
  if (text === "") return null;
  const length = text.length;
  return length < 2 || length > 100 ? refuse("search must have 2 to 100 characters.") : text;
}

function readLevels(levels: readonly number[] | null | undefined): readonly number[] | null {
  if (levels == null) return null;
  const odd = levels.length > 4 || levels.some((level) => !Number.isInteger(level) || level < 1 || level > 4);
  return odd ? refuse("filters.priceLevels must be from 1 to 4.") : levels;
}

function readRating(rating: number | null | undefined): number | null {
  if (rating == null) return null;
  return rating >= 1 && rating <= 5 ? rating : refuse("filters.minRating must be from 1 to 5.");
}

function readCuisines(cuisines: readonly string[] | null | undefined): readonly string[] | null {
  if (cuisines == null) return null;
  const odd = cuisines.length > 8 || cuisines.some((cuisine) => cuisine.length > 40 || cuisine.includes("\u0000"));
  return odd ? refuse("filters.cuisines must be at most 8 names of 40 characters.") : cuisines;
}
