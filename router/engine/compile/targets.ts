/** Finds the objects that a step works on, and where they stand. */
import { generate, isObject, getOwn, read } from "./code.ts";
import type { Path } from "./completion.ts";
import type { StepPath } from "../plan/steps.ts";

/** Calls `visit` for every object at the step's path; places of another shape are passed over. */
export type EachTarget = (root: unknown, visit: (object: Record<string, unknown>) => void) => void;

const ifObject = (name: string, then: string): string =>
  `if(typeof ${name}==="object"&&${name}!==null&&!isArray(${name})){${then}}`;

function walk(path: StepPath, depth: number): string {
  const here = `o${depth}`;
  const [first, ...rest] = path;
  if (first === undefined) return ifObject(here, `visit(${here});`);
  const next = `o${depth + 1}`;
  if (first !== "@") return ifObject(here, `const ${next}=${read(here, first)};${walk(rest, depth + 1)}`);
  return `if(isArray(${here}))for(let i${depth}=0;i${depth}<${here}.length;i${depth}++){const ${next}=${here}[i${depth}];${walk(rest, depth + 1)}}`;
}

/** The walk over one step's path as a generated function. */
export const compileEachTarget = (path: StepPath): EachTarget =>
  generate(`function eachTarget(o0,visit){${walk(path, 0)}}`, {});

/** Response paths of the objects at `path` that `wanted` accepts, at most `limit`. Slow: for errors only. */
export function pathsOfTargets(
  root: unknown,
  path: StepPath,
  wanted: (object: object) => boolean,
  limit: number,
): Path[] {
  const found: Path[] = [];
  const enter = (value: unknown, depth: number, at: Path): void => {
    if (found.length >= limit) return;
    const key = path[depth];
    if (key === "@") {
      if (Array.isArray(value)) for (const [i, element] of value.entries()) enter(element, depth + 1, [...at, i]);
    } else if (isObject(value)) {
      if (key !== undefined) enter(getOwn(value, key), depth + 1, [...at, key]);
      else if (wanted(value)) found.push(at);
    }
  };
  enter(root, 0, []);
  return found;
}
