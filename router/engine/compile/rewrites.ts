/** The plan's small corrections of what goes to a subgraph and of what comes back: renamed keys and set values. */
import { isAbstractType, isUnionType, type GraphQLSchema } from "graphql";
import type { FetchDataRewrite } from "@apollo/query-planner";
import { getOwn, isObject, setOwn } from "./code.ts";

const fragmentPrefix = "... on ";

/** Whether an element of a rewrite's path is a type condition. */
export const isCondition = (element: string): boolean => element.startsWith(fragmentPrefix);

/** Whether an object named `typename` falls under `condition`; `whenUnknown` where its name is not known. */
export function isOfType(schema: GraphQLSchema, typename: unknown, condition: string, whenUnknown: boolean): boolean {
  if (typeof typename !== "string" || typename === "") return whenUnknown;
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const wanted = schema.getType(condition);
  if (!type || !wanted || !isAbstractType(wanted) || isUnionType(type)) return false;
  return "getInterfaces" in type && schema.isSubType(wanted, type);
}

function rewriteOne(object: Record<string, unknown>, key: string, rewrite: FetchDataRewrite): void {
  if (rewrite.kind === "ValueSetter") {
    setOwn(object, key, rewrite.setValueTo);
    return;
  }
  const value = getOwn(object, key);
  if (value === undefined) return;
  setOwn(object, rewrite.renameKeyTo, value);
  delete object[key];
}

function rewriteAt(
  schema: GraphQLSchema,
  path: readonly string[],
  value: unknown,
  apply: (object: Record<string, unknown>) => void,
): void {
  if (Array.isArray(value)) {
    for (const element of value) rewriteAt(schema, path, element, apply);
    return;
  }
  if (!isObject(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) apply(value);
  else if (!isCondition(first)) rewriteAt(schema, rest, getOwn(value, first), apply);
  else if (isOfType(schema, getOwn(value, "__typename"), first.slice(fragmentPrefix.length), true))
    rewriteAt(schema, rest, value, apply);
}

/** Applies `rewrites` to `value` in place. */
export function applyRewrites(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[], value: unknown): void {
  for (const rewrite of rewrites) {
    const key = rewrite.path.at(-1);
    if (key === undefined) continue;
    rewriteAt(schema, rewrite.path.slice(0, -1), value, (object) => rewriteOne(object, key, rewrite));
  }
}
