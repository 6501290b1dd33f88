/** Finds the values of contextual arguments (@fromContext) in the objects above an entity. */
import type { GraphQLSchema } from "graphql";
import type { FetchDataKeyRenamer } from "@apollo/query-planner";
import type { StepPath } from "../plan/steps.ts";
import { getOwn, isObject } from "./code.ts";
import { isOfType } from "./rewrites.ts";

const fragmentPrefix = "... on ";

/** The value at `path` below `value`; undefined where a type condition fails or nothing is there. */
function valueAt(schema: GraphQLSchema, value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(value)) return value.map((element) => valueAt(schema, element, path));
  if (!isObject(value)) return value === null ? null : undefined;
  if (!first.startsWith(fragmentPrefix)) return valueAt(schema, getOwn(value, first), rest);
  const condition = first.slice(fragmentPrefix.length);
  return isOfType(schema, getOwn(value, "__typename"), condition, false) ? valueAt(schema, value, rest) : undefined;
}

/** The contextual arguments of an object whose ancestors, nearest last, are `ancestors`, as JSON members `"name":value,…`. */
function argumentsText(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataKeyRenamer[],
  ancestors: readonly unknown[],
): string {
  const values = new Map<string, unknown>();
  for (const { path, renameKeyTo } of rewrites) {
    const levels = path.filter((element) => element === "..").length;
    const value = valueAt(schema, ancestors.at(-1 - levels), path.slice(levels));
    if (value !== undefined || !values.has(renameKeyTo)) values.set(renameKeyTo, value ?? values.get(renameKeyTo));
  }
  return JSON.stringify(Object.fromEntries([...values].map(([name, value]) => [name, value ?? null])));
}

/** Visits every object at `path` with the JSON object of its contextual arguments. */
export function eachInContext(
  schema: GraphQLSchema,
  root: unknown,
  path: StepPath,
  rewrites: readonly FetchDataKeyRenamer[],
  visit: (object: Record<string, unknown>, contextText: string) => void,
): void {
  const enter = (value: unknown, depth: number, ancestors: readonly unknown[]): void => {
    const key = path[depth];
    if (key === "@") {
      if (Array.isArray(value)) for (const element of value) enter(element, depth + 1, ancestors);
    } else if (isObject(value)) {
      const known = [...ancestors, value];
      if (key === undefined) visit(value, argumentsText(schema, rewrites, known));
      else enter(getOwn(value, key), depth + 1, known);
    }
  };
  enter(root, 0, []);
}
