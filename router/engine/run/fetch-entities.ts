/** Asks a subgraph for entities and merges them into the objects that wait for them. */
import { isOwnVariable, type JoinedOperation } from "../compile/joined-operation.ts";
import type { CompiledStep } from "../compile/compiled-plan.ts";
import { parseJson, type NumberCare } from "../exact-json.ts";
import { isObject } from "../compile/code.ts";
import { applyRewrites } from "../compile/rewrites.ts";
import { elementsOf } from "./element-budget.ts";
import type { EntityBatch } from "./entity-batch.ts";
import { batchError, batchFailed, entityError, failureError } from "./fetch-errors.ts";
import type { Run } from "./run.ts";
import { malformedAnswer, type AnswerError, type ReadAnswer } from "./subgraph-answer.ts";

const firstStep = (batch: EntityBatch): CompiledStep => batch.members[0]?.step as CompiledStep;

/** JSON members of the variables that are the batch's own. */
function ownMembers(batch: EntityBatch, rename: (name: string) => string): string[] {
  const members = [`"${rename("representations")}":[${batch.representations.join(",")}]`];
  if (batch.contextText === undefined) return members;
  const values = parseJson(batch.contextText, 2) as Record<string, unknown>;
  return [...members, ...Object.entries(values).map(([name, value]) => `"${rename(name)}":${JSON.stringify(value)}`)];
}

function requestMembers(run: Run, batches: readonly EntityBatch[], joined: JoinedOperation | undefined): string[] {
  const own = batches.flatMap((batch, part) =>
    ownMembers(batch, (name) => (joined ? joined.variableOf(name, part) : name)),
  );
  const client = new Set(batches.flatMap((batch) => firstStep(batch).variables));
  return [...own, ...run.options.variables.members([...client].filter((name) => !isOwnVariable(name)))];
}

/** Merges the entities of one batch. */
function mergeEntities(run: Run, batch: EntityBatch, entities: readonly unknown[]): void {
  const { schema } = run.options.plan;
  const { outputRewrites } = firstStep(batch);
  const taken = new Uint8Array(entities.length);
  /** Elements of each entity, once it is copied. */
  const sizes: (number | undefined)[] = [];
  if (outputRewrites.length > 0) {
    const typenames = typenamesOf(batch);
    for (const [index, entity] of entities.entries()) {
      // Rewrites are told apart by type; an entity that does not name its own has the one that was asked for.
      if (isObject(entity) && entity["__typename"] === undefined) entity["__typename"] = typenames[index];
      applyRewrites(schema, outputRewrites, entity);
    }
  }
  for (const { step, objects, indexes } of batch.members) {
    for (let i = 0; i < objects.length; i++) {
      const index = indexes[i] as number;
      const entity = entities[index];
      const object = objects[i] as Record<string, unknown>;
      if (entity === null) run.problems.absent.add(object);
      if (!isObject(entity)) continue;
      if (taken[index] !== 0 && step.copies) run.options.budget.take((sizes[index] ??= elementsOf(entity)));
      (taken[index] === 0 ? step.merge : step.mergeShared)(object, entity);
      taken[index] = 1;
    }
  }
}

function typenamesOf(batch: EntityBatch): unknown[] {
  const names: unknown[] = [];
  for (const { objects, indexes } of batch.members)
    for (const [position, index] of indexes.entries()) names[index] = objects[position]?.["__typename"];
  return names;
}

/** Takes one batch's part of the answer. */
function takePart(run: Run, batch: EntityBatch, entities: unknown, isExplained: boolean): void {
  if (!Array.isArray(entities) || entities.length !== batch.representations.length) {
    if (!isExplained) batchFailed(run.problems, run.root, batch, malformedAnswer());
    return;
  }
  for (const [index, entity] of entities.entries()) {
    if (entity === null || isObject(entity)) continue;
    const { message, extensions } = malformedAnswer();
    const error = { message, path: undefined, extensions: { ...extensions } };
    entityError(run.problems, run.root, batch, { index, rest: [], entity: null }, error);
  }
  mergeEntities(run, batch, entities);
}

/** Reports one error of the answer; tells which batches it is about as a whole. */
function report(
  run: Run,
  batches: readonly EntityBatch[],
  keys: readonly string[],
  { data }: ReadAnswer,
  error: AnswerError,
): readonly EntityBatch[] {
  const [key, index, ...rest] = error.path ?? [];
  const batch = batches[keys.indexOf(String(key))];
  if (batch && typeof index === "number") {
    const entities = data?.[key as string] as readonly unknown[] | undefined | null;
    entityError(run.problems, run.root, batch, { index, rest, entity: entities?.[index] }, error);
    return [];
  }
  const concerned = batch ? [batch] : batches;
  for (const each of concerned) batchError(run.problems, run.root, each, error);
  return concerned;
}

function take(
  run: Run,
  batches: readonly EntityBatch[],
  joined: JoinedOperation | undefined,
  answer: ReadAnswer,
): void {
  const keys = batches.map((_batch, part) => (joined ? joined.keyOf(part) : "_entities"));
  const explained = new Set<EntityBatch>();
  for (const error of answer.errors)
    for (const batch of report(run, batches, keys, answer, error)) explained.add(batch);
  const hasErrors = answer.errors.length > 0;
  for (const [part, batch] of batches.entries()) {
    const entities = answer.data?.[keys[part] as string];
    // Errors of single entities may have emptied the whole answer; they explain it.
    takePart(
      run,
      batch,
      entities,
      explained.has(batch) || (hasErrors && (entities === undefined || entities === null)),
    );
  }
}

/** One request for all batches, which belong to one subgraph. Never rejects. */
export async function fetchEntities(
  run: Run,
  batches: readonly EntityBatch[],
  joined: JoinedOperation | undefined,
): Promise<void> {
  const step = firstStep(batches[0] as EntityBatch);
  try {
    const members = requestMembers(run, batches, joined);
    const care = Math.max(...batches.map((batch) => firstStep(batch).numbers)) as NumberCare;
    const answer = await run.send(joined ?? step, step, joined?.query ?? step.operation, members, care);
    take(run, batches, joined, answer);
  } catch (error) {
    for (const batch of batches) batchFailed(run.problems, run.root, batch, failureError(error, step.kind));
  }
}
