/** Puts what went wrong in a fetch at the places of the response that suffer from it. */
import { GraphQLError } from "graphql";
import type { CompiledStep } from "../compile/compiled-plan.ts";
import type { Path } from "../compile/completion.ts";
import { pathsOfTargets } from "../compile/targets.ts";
import type { AnswerError } from "./subgraph-answer.ts";
import type { EntityBatch } from "./entity-batch.ts";

/** Places reported for one error; a batch may hold thousands. */
const maxPlaces = 25;

/** Errors of one execution, and the places that need no other explanation. */
export type Problems = {
  errors: GraphQLError[];
  explained: Path[];
  /** The client's name for a key of merged data. */
  clientName: (key: string | number) => string | number;
};

/** Any failure of a fetch as an error that a client may get; its own text stays inside. */
export function failureError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError("A part of the service is not available; try again.", {
    extensions: { code: "SUBGRAPH_UNAVAILABLE" },
    originalError: error instanceof Error ? error : new Error(String(error)),
  });
}

const at = ({ clientName }: Problems, error: GraphQLError, path: Path): GraphQLError =>
  new GraphQLError(error.message, {
    path: path.map(clientName),
    extensions: { ...error.extensions },
    originalError: error.originalError ?? error,
  });

const explain = (problems: Problems, path: Path): void => void problems.explained.push(path.map(problems.clientName));

/** Everything that a step was to bring is missing because of `error`. */
function explainStep(
  problems: Problems,
  root: unknown,
  step: CompiledStep,
  error: GraphQLError,
  objects?: ReadonlySet<object>,
): void {
  for (const key of step.tree.keys()) explain(problems, [...step.path, key]);
  const places = objects
    ? pathsOfTargets(root, step.path, (object) => objects.has(object), maxPlaces)
    : [...step.tree.keys()].map((key) => [...step.path, key]).filter((path) => !path.includes("@"));
  for (const place of places) problems.errors.push(at(problems, error, place));
  if (places.length === 0) problems.errors.push(error);
}

/** A root fetch that failed. */
export const rootFailed = (problems: Problems, root: unknown, step: CompiledStep, error: GraphQLError): void =>
  explainStep(problems, root, step, error);

/** An entity fetch that failed as a whole. */
export function batchFailed(problems: Problems, root: unknown, batch: EntityBatch, error: GraphQLError): void {
  for (const { step, objects } of batch.members)
    if (objects.length > 0) explainStep(problems, root, step, error, new Set(objects));
}

/** Undoes what the plan renamed. */
const clientKey = (step: CompiledStep, key: string | number): string | number => {
  const renamer = step.outputRewrites.find((rewrite) => rewrite.path.at(-1) === key);
  return renamer?.kind === "KeyRenamer" ? renamer.renameKeyTo : key;
};

const reported = ({ clientName }: Problems, error: AnswerError, path?: Path): GraphQLError =>
  new GraphQLError(error.message, { ...(path ? { path: path.map(clientName) } : {}), extensions: error.extensions });

/** An error that a subgraph reported for a root fetch. */
export function rootError(problems: Problems, step: CompiledStep, error: AnswerError): void {
  const path = error.path && [...step.path, ...error.path.map((key) => clientKey(step, key))];
  if (path) explain(problems, path);
  else for (const key of step.tree.keys()) explain(problems, [...step.path, key]);
  problems.errors.push(reported(problems, error, path?.includes("@") ? undefined : path));
}

/** An error that a subgraph reported for the entity number `index` of a batch, at `rest` below it. */
export function entityError(
  problems: Problems,
  root: unknown,
  batch: EntityBatch,
  index: number,
  rest: Path,
  error: AnswerError,
): void {
  let placed = false;
  for (const { step, objects, indexes } of batch.members) {
    const wanted = new Set(objects.filter((_object, position) => indexes[position] === index));
    if (wanted.size === 0) continue;
    const below = rest.map((key) => clientKey(step, key));
    for (const place of pathsOfTargets(root, step.path, (object) => wanted.has(object as never), maxPlaces)) {
      placed = true;
      const path = [...place, ...below];
      problems.errors.push(reported(problems, error, path));
      if (below.length > 0) explain(problems, path);
      else for (const key of step.tree.keys()) explain(problems, [...place, key]);
    }
  }
  if (!placed) problems.errors.push(reported(problems, error));
}

/** An error of the whole answer to an entity fetch, without a place of its own. */
export function batchError(problems: Problems, root: unknown, batch: EntityBatch, error: AnswerError): void {
  batchFailed(problems, root, batch, reported(problems, error));
}
