/** Runs an operation whose answer comes in parts: the first when its own steps are done, each other one when its steps are. */
import type { ExecutionResult, GraphQLError } from "graphql";
import { Completion, type DeferredObject, type Path } from "../compile/completion.ts";
import type { CompiledGroup } from "../compile/compiled-plan.ts";
import { isObject } from "../compile/code.ts";
import type { IncrementalPart, IncrementalResult } from "../contract.ts";
import type { Deferral } from "../defer/deferral.ts";
import { firstPart } from "../defer/demand.ts";
import type { PreparedOperation } from "../state/prepared.ts";
import type { ElementBudget } from "./element-budget.ts";
import { LaterProblems } from "./later-problems.ts";
import { PlanRun } from "./plan-run.ts";
import type { RunOptions } from "./run.ts";

type Data = ExecutionResult["data"];

/** Whether an object stands at `path` of written data; above or at it null may have come to stand. */
function leadsToObject(data: unknown, path: Path): boolean {
  let here = data;
  for (const key of path)
    here = typeof here === "object" ? (here as Record<string | number, unknown> | null)?.[key] : undefined;
  return isObject(here);
}

/** The errors of each object; all objects of one part lie equally deep. What has its place in none of them is told with the first. */
function errorsByObject(errors: readonly GraphQLError[], objects: readonly DeferredObject[]): GraphQLError[][] {
  const depth = objects[0]?.path.length ?? 0;
  const numbers = new Map(objects.map(({ path }, index) => [JSON.stringify(path), index]));
  const found: GraphQLError[][] = objects.map(() => []);
  for (const error of errors) found[numbers.get(JSON.stringify(error.path?.slice(0, depth))) ?? 0]?.push(error);
  return found;
}

class DeferredRun {
  readonly #run: PlanRun;
  readonly #problems: LaterProblems;
  readonly #deferral: Deferral;
  readonly #introspection: ReadonlyMap<string, unknown>;
  /** What all parts together may hold. */
  readonly #budget: ElementBudget;
  readonly #stop = new AbortController();
  /** Objects that wait for a part, by its number. */
  readonly #waiting = new Map<number, DeferredObject[]>();

  constructor(options: RunOptions, deferral: Deferral, introspection: ReadonlyMap<string, unknown>) {
    this.#deferral = deferral;
    this.#introspection = introspection;
    this.#budget = options.budget.again();
    this.#problems = new LaterProblems(deferral);
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#run = new PlanRun({ ...options, signal }, this.#problems.concerned);
  }

  async first(write: PreparedOperation["write"]): Promise<ExecutionResult | IncrementalResult> {
    this.#run.start();
    await this.#run.finished(({ later }) => later === undefined);
    const { errors: told, explained } = this.#problems.of(firstPart);
    const completion = this.#completion(explained);
    const data = (write(this.#run.root, completion) ?? null) as Data & {};
    this.#wait(completion, data, 0);
    const errors = [...told, ...completion.errors];
    const result = errors.length > 0 ? { errors, data } : { data };
    if (this.#waiting.size > 0)
      return { initialResult: { ...result, hasNext: true }, subsequentResults: this.#others() };
    // Nothing is left that later parts could add to.
    this.#stop.abort();
    return result;
  }

  #completion(explained: readonly Path[], path?: Path): Completion {
    const { absent } = this.#run.problems;
    return new Completion({ explained, absent }, this.#introspection, this.#budget, path);
  }

  /** Notes the objects that get more later; `depth` is that of `data` itself. */
  #wait({ deferred = [] }: Completion, data: unknown, depth: number): void {
    for (const one of deferred) {
      if (!leadsToObject(data, one.path.slice(depth))) continue;
      const { part } = one.writer;
      const others = this.#waiting.get(part);
      if (others) others.push(one);
      else this.#waiting.set(part, [one]);
    }
  }

  readonly #belongsTo =
    (part: number) =>
    ({ later }: CompiledGroup): boolean =>
      later === undefined || !later.parts.isDisjointFrom(this.#deferral.parts.get(part).chain);

  async *#others(): AsyncGenerator<{ incremental: IncrementalPart[]; hasNext: boolean }> {
    try {
      while (this.#waiting.size > 0) {
        await Promise.race([...this.#waiting.keys()].map((part) => this.#run.finished(this.#belongsTo(part))));
        const incremental = [...this.#ready()];
        yield { incremental, hasNext: this.#waiting.size > 0 };
      }
    } finally {
      // Whoever leaves early waits for nothing any more.
      this.#stop.abort();
    }
  }

  /** Writes every part whose steps are done, also such as a part just written adds. */
  *#ready(): Generator<IncrementalPart> {
    for (let found = true; found;) {
      found = false;
      for (const [part, objects] of this.#waiting) {
        if (!this.#run.isFinished(this.#belongsTo(part))) continue;
        found = true;
        this.#waiting.delete(part);
        yield* this.#write(part, objects);
      }
    }
  }

  *#write(part: number, objects: readonly DeferredObject[]): Generator<IncrementalPart> {
    const { label } = this.#deferral.parts.get(part);
    const { errors, explained } = this.#problems.of(part);
    const told = errorsByObject(errors, objects);
    for (const [index, { path, object, writer }] of objects.entries()) {
      const completion = this.#completion(explained, path);
      const data = (writer.write(object, completion) ?? null) as Record<string, unknown> | null;
      if (data === null) completion.absentPart(path.length);
      this.#wait(completion, data, path.length);
      const all = [...(told[index] ?? []), ...completion.errors];
      yield {
        ...(label === undefined ? {} : { label }),
        path: [...path],
        data,
        ...(all.length > 0 ? { errors: all } : {}),
      };
    }
  }
}

/** Runs it; one result where no object is left for a later part. Ending the iteration early ends what is still asked. */
export const runDeferred = (
  { write }: PreparedOperation,
  deferral: Deferral,
  options: RunOptions,
  introspection: ReadonlyMap<string, unknown>,
): Promise<ExecutionResult | IncrementalResult> => new DeferredRun(options, deferral, introspection).first(write);
