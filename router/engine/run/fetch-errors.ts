/** Puts what went wrong in a fetch at the places of the response that suffer from it. */
import { GraphQLError } from "graphql";
import type { CompiledStep } from "../compile/compiled-plan.ts";
import type { Path } from "../compile/completion.ts";
import { pathsOfTargets } from "../compile/targets.ts";
import type { SubgraphRequest } from "../contract.ts";
import { lostAnswer, type AnswerError } from "./subgraph-answer.ts";
import type { EntityBatch } from "./entity-batch.ts";

/** Places reported for one error; a batch may hold thousands. */
const maxPlaces = 25;

/** Errors of one part of an answer, and the places that need no other explanation. */
export type PartProblems = { errors: GraphQLError[]; explained: Path[] };

/** The same for one execution; those of deferred parts are apart. */
export type Problems = PartProblems & {
  /** The client's name for a key of merged data. */
  clientName: (key: string | number) => string | number;
  /** Objects for which a subgraph answered that they do not exist. */
  absent: WeakSet<object>;
  /** The parts that suffer where null stands at `place`, or in all that `step` brings; absent where there is one part only. */
  concerned?: (step: CompiledStep, place: Path | undefined) => readonly PartProblems[];
};

/** Adds an error to the parts that it concerns; `place` is the null that it made, undefined for all that the step brings. */
function tell(problems: Problems, step: CompiledStep, place: Path | undefined, error: GraphQLError): void {
  for (const part of problems.concerned?.(step, place) ?? [problems]) part.errors.push(error);
}

/** The places that a step writes into an object at `path`. */
const writtenAt = (step: CompiledStep, path: Path): Path[] => [...step.tree.keys()].map((key) => [...path, key]);

/** Any failure of a fetch as an error that a client may get; its own text stays inside. */
export function failureError(error: unknown, kind: SubgraphRequest["kind"]): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const { message, extensions } = lostAnswer(kind);
  return new GraphQLError(message, {
    extensions: { ...extensions },
    originalError: error instanceof Error ? error : new Error(String(error)),
  });
}

const at = ({ clientName }: Problems, error: GraphQLError, path: Path): GraphQLError =>
  new GraphQLError(error.message, {
    path: path.map(clientName),
    extensions: { ...error.extensions },
    originalError: error.originalError ?? error,
  });

/** No other explanation is needed at `path`, in the parts that `tell` would tell. */
function explain(problems: Problems, step: CompiledStep, place: Path | undefined, path: Path): void {
  const known = path.map(problems.clientName);
  for (const part of problems.concerned?.(step, place) ?? [problems]) part.explained.push(known);
}

/** Where on the way down `path` in an answer null stands because of an error there; undefined where it is all of `data`. */
function nullAt(data: unknown, path: Path): Path | undefined {
  let here = data;
  for (let depth = 0; depth < path.length; depth++) {
    if (here === null || here === undefined) return depth === 0 ? undefined : path.slice(0, depth);
    here = (here as Record<string | number, unknown>)[path[depth] as string];
  }
  return path;
}

/** Each deferred object is answered for itself, so each is told what it lacks. */
const limitFor = (step: CompiledStep): number => (step.later ? Infinity : maxPlaces);

/** Everything that a step was to bring is missing because of `error`. */
function explainStep(
  problems: Problems,
  root: unknown,
  step: CompiledStep,
  error: GraphQLError,
  objects?: ReadonlySet<object>,
): void {
  const written = writtenAt(step, step.path);
  for (const path of written) explain(problems, step, undefined, path);
  const places = objects
    ? pathsOfTargets(root, step.path, (object) => objects.has(object), limitFor(step))
    : written.filter((path) => !path.includes("@"));
  for (const place of places) tell(problems, step, objects ? undefined : place, at(problems, error, place));
  if (places.length === 0) tell(problems, step, undefined, error);
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

/** An error that a subgraph reported for a root fetch, beside `data`. */
export function rootError(problems: Problems, step: CompiledStep, error: AnswerError, data: unknown): void {
  const namesOf = (path: Path): Path => [...step.path, ...path.map((key) => clientKey(step, key))];
  const path = error.path && namesOf(error.path);
  const lost = problems.concerned && error.path && nullAt(data, error.path);
  const place = lost && namesOf(lost);
  for (const one of path ? [path] : writtenAt(step, step.path)) explain(problems, step, place, one);
  tell(problems, step, place, reported(problems, error, path?.includes("@") ? undefined : path));
}

/** An error that a subgraph reported at `rest` below the entity number `index` of a batch, whose answer is `entity`. */
export function entityError(
  problems: Problems,
  root: unknown,
  batch: EntityBatch,
  { index, rest, entity }: { index: number; rest: Path; entity: unknown },
  error: AnswerError,
): void {
  const lost = problems.concerned && nullAt(entity, rest);
  let placed = false;
  for (const { step, objects, indexes } of batch.members) {
    const wanted = new Set(objects.filter((_object, position) => indexes[position] === index));
    if (wanted.size === 0) continue;
    const below = rest.map((key) => clientKey(step, key));
    for (const place of pathsOfTargets(root, step.path, (object) => wanted.has(object as never), limitFor(step))) {
      placed = true;
      const path = [...place, ...below];
      const lostAt = lost?.length ? [...place, ...lost.map((key) => clientKey(step, key))] : undefined;
      tell(problems, step, lostAt, reported(problems, error, path));
      for (const one of below.length > 0 ? [path] : writtenAt(step, place)) explain(problems, step, lostAt, one);
    }
  }
  const [first] = batch.members;
  if (!placed && first) tell(problems, first.step, undefined, reported(problems, error));
}

/** An error of the whole answer to an entity fetch, without a place of its own. */
export function batchError(problems: Problems, root: unknown, batch: EntityBatch, error: AnswerError): void {
  batchFailed(problems, root, batch, reported(problems, error));
}
