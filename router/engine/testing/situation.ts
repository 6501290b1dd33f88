/** Paths in answers: what is null, what is lost, what an error covers. */

/** A place in an answer. */
export type Path = readonly (string | number)[];

/** Whether `path` begins with `prefix`. */
export const begins = (path: Path, prefix: Path): boolean =>
  prefix.length <= path.length && prefix.every((step, index) => step === path[index]);

/** The first null on the way down `path`, as a path (the empty one: the whole data); undefined when there is none. */
export function nullOnTheWay(data: unknown, path: Path): Path | undefined {
  let here = data;
  for (let depth = 0; depth <= path.length; depth += 1) {
    if (here === null || here === undefined) return here === null || depth === 0 ? path.slice(0, depth) : undefined;
    here = typeof here === "object" ? (here as Record<string | number, unknown>)[path[depth] ?? ""] : undefined;
  }
  return undefined;
}

/** Whether every step of `path` but what is under null is in `data`. */
export function leadsSomewhere(data: unknown, path: Path): boolean {
  let here = data;
  for (const step of path) {
    if (here === null) return true;
    if (typeof here !== "object" || !Object.hasOwn(here, step)) return false;
    here = (here as Record<string | number, unknown>)[step];
  }
  return true;
}

/** Whether `path` ends at a value in `data` that is no object and not null. */
export function isThereIn(data: unknown, path: Path): boolean {
  let here = data;
  for (const step of path) here = typeof here === "object" && here !== null ? ownOf(here as never, step) : undefined;
  return here !== undefined && here !== null && typeof here !== "object";
}

/** Whether at `path` stands an object without any null. */
export function isWholeAt(data: unknown, path: Path): boolean {
  let here = data;
  for (const step of path) here = typeof here === "object" && here !== null ? ownOf(here as never, step) : undefined;
  return typeof here === "object" && here !== null && !JSON.stringify(here).includes("null");
}

/** Whether something is null on the way down `path`, or in the last object on it that is in the data. */
export function lacksSomething(data: unknown, path: Path): boolean {
  let here = data;
  for (const step of path) {
    const next =
      typeof here === "object" && here !== null ? (here as Record<string | number, unknown>)[step] : undefined;
    if (here === null || next === undefined) break;
    here = next;
  }
  return here === null || here === undefined || (typeof here === "object" && Object.values(here).includes(null));
}

const ownOf = (object: Record<string | number, unknown> | undefined, key: string | number): unknown =>
  object && Object.hasOwn(object, key) ? object[key] : undefined;

/** Whether some object of `data` lacks a field (null is none) that it has in `whole`. */
export function lacksFields(whole: unknown, data: unknown): boolean {
  if (typeof data !== "object" || typeof whole !== "object" || data === null || whole === null) return false;
  return Object.entries(whole).some(
    ([key, value]) => !Object.hasOwn(data, key) || lacksFields(value, (data as Record<string, unknown>)[key]),
  );
}

/**
 * What `data` lacks of `whole`: paths that are null in it alone, and paths where it says something else.
 * An object may lack fields: of one whose type could not be learnt, no fragment applies.
 */
export function losses(whole: unknown, data: unknown, path: Path = []): { lost: Path[]; other: Path[] } {
  if (data === null || data === undefined)
    return { lost: whole === null || whole === undefined ? [] : [path], other: [] };
  if (typeof data !== "object" || typeof whole !== "object" || whole === null)
    return { lost: [], other: data === whole ? [] : [path] };
  const [mine, its] = [data, whole] as Record<string | number, unknown>[];
  const isList = Array.isArray(whole);
  const isStrange = isList
    ? !Array.isArray(data) || data.length !== whole.length
    : Object.keys(data).some((key) => !Object.hasOwn(whole, key));
  if (isStrange) return { lost: [], other: [path] };
  const keys = isList ? [...whole.keys()] : Object.keys(whole);
  const found = keys.map((key) => losses(its?.[key], ownOf(mine, key), [...path, key]));
  return { lost: found.flatMap((one) => one.lost), other: found.flatMap((one) => one.other) };
}
