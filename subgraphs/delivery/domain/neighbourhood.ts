/** Neighbourhoods on Uber's hexagonal grid (h3-js): how couriers near a restaurant are found without comparing everyone. */
import { gridDisk, latLngToCell } from "h3-js";
import type { Point } from "./geo.ts";

/** Hexagons of about 1.4 km edge. */
const resolution = 7;

/** The cell that holds `point`. */
export const cellOf = (point: Point): string => latLngToCell(point.latitude, point.longitude, resolution);

/** Cells within `rings` steps of the cell of `point`, itself included. */
export const cellsAround = (point: Point, rings: number): string[] => gridDisk(cellOf(point), rings);

/** The neighbourhood grows by one ring for every `secondsPerRing` of waiting, from `initial` to `max`. */
export const ringsAfter = (
  waitedSeconds: number,
  rule: { initial: number; max: number; secondsPerRing: number },
): number => Math.min(rule.max, rule.initial + Math.floor(Math.max(0, waitedSeconds) / rule.secondsPerRing));
