/** One execution of a plan: starts every fetch when its inputs are there, merges what comes, notes what fails. */
import type { CompiledGroup, CompiledStep } from "../compile/compiled-plan.ts";
import { eachInContext } from "../compile/context-values.ts";
import type { NumberCare } from "../exact-json.ts";
import type { Problems } from "./fetch-errors.ts";
import { failureError, rootError, rootFailed } from "./fetch-errors.ts";
import { fetchEntities } from "./fetch-entities.ts";
import { collectBatch, collectContextBatches } from "./entity-batch.ts";
import { PreparedRequest, requestBody } from "./request-body.ts";
import type { Run, RunOptions } from "./run.ts";
import { readAnswer, type ReadAnswer } from "./subgraph-answer.ts";
import { applyRewrites } from "../compile/rewrites.ts";

export class PlanRun implements Run {
  /** The merged data of all subgraphs. */
  readonly root: Record<string, unknown> = {};
  readonly problems: Problems;
  readonly options: RunOptions;
  readonly #finished = new Set<number>();
  readonly #started = new Set<number>();
  #waiters: { isDone: () => boolean; resolve: () => void }[] = [];

  /** `concerned`: see `Problems`. */
  constructor(options: RunOptions, concerned?: Problems["concerned"]) {
    this.options = options;
    this.problems = { errors: [], explained: [], clientName: options.plan.clientName, absent: new WeakSet() };
    if (concerned) this.problems.concerned = concerned;
  }

  /** Starts what can start. */
  start(): void {
    for (const group of this.options.plan.groups) this.#startIfReady(group);
  }

  /** Whether every group that `belongs` accepts is finished. */
  isFinished(belongs: (group: CompiledGroup) => boolean): boolean {
    return this.options.plan.groups.every((group) => this.#finished.has(group.index) || !belongs(group));
  }

  /** Resolves when every group that `belongs` accepts is finished. */
  finished(belongs: (group: CompiledGroup) => boolean): Promise<void> {
    const groups = this.options.plan.groups.filter(belongs);
    const isDone = () => groups.every(({ index }) => this.#finished.has(index));
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isDone, resolve }));
  }

  /** Sends one request; rejects with whatever kept the answer away. */
  async send(
    owner: object,
    step: CompiledStep,
    query: string,
    members: readonly string[],
    care: NumberCare,
  ): Promise<ReadAnswer> {
    const { fetchSubgraph, urls, context, signal } = this.options;
    signal.throwIfAborted();
    return readAnswer(
      await fetchSubgraph(
        new PreparedRequest({
          subgraph: step.subgraph,
          url: urls.get(step.subgraph) ?? "",
          query,
          operationName: step.operationName,
          body: requestBody(owner, query, step.operationName, members),
          kind: step.kind,
          context,
          signal,
        }),
      ),
      step.kind,
      care,
    );
  }

  #startIfReady(group: CompiledGroup): void {
    if (this.#started.has(group.index) || !group.waitsFor.every((other) => this.#finished.has(other))) return;
    this.#started.add(group.index);
    const work = this.#run(group);
    if (work) void work.then(() => this.#finish(group));
    else this.#finish(group);
  }

  #finish(group: CompiledGroup): void {
    this.#finished.add(group.index);
    for (const other of this.options.plan.groups) if (other.waitsFor.includes(group.index)) this.#startIfReady(other);
    const done = this.#waiters.filter(({ isDone }) => isDone());
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  }

  /** Runs a group; undefined when it has nothing to ask. Never rejects. */
  #run(group: CompiledGroup): Promise<void> | undefined {
    const step = group.units[0]?.[0];
    if (!step) return undefined;
    if (!step.represent) return this.#fetchRoot(step);
    try {
      return step.contextRewrites.length > 0 ? this.#fetchInContexts(group, step) : this.#fetchUnits(group);
    } catch (error) {
      // There are more objects than an answer may hold.
      for (const member of group.units.flat())
        rootFailed(this.problems, this.root, member, failureError(error, step.kind));
      return undefined;
    }
  }

  #fetchUnits(group: CompiledGroup): Promise<void> | undefined {
    const chosen: number[] = [];
    const batches = group.units.flatMap((unit, index) => {
      const batch = collectBatch(unit, this.root, this.options.budget);
      if (batch) chosen.push(index);
      return batch ?? [];
    });
    if (batches.length === 0) return undefined;
    return fetchEntities(this, batches, batches.length > 1 ? group.joined(chosen) : undefined);
  }

  #fetchInContexts(group: CompiledGroup, step: CompiledStep): Promise<void> | undefined {
    const { plan } = this.options;
    const batches = collectContextBatches([step], (visit) =>
      eachInContext(plan.schema, this.root, step.path, step.contextRewrites, visit),
    );
    if (batches.length === 0) return undefined;
    return fetchEntities(this, batches, batches.length > 1 ? group.repeated(batches.length) : undefined);
  }

  async #fetchRoot(step: CompiledStep): Promise<void> {
    const targets: Record<string, unknown>[] = [];
    step.eachTarget(this.root, (object) => targets.push(object));
    if (targets.length === 0) return;
    try {
      const { data, errors } = await this.send(
        step,
        step,
        step.operation,
        this.options.variables.members(step.variables),
        step.numbers,
      );
      for (const error of errors) rootError(this.problems, step, error, data);
      if (!data) return;
      applyRewrites(this.options.plan.schema, step.outputRewrites, data);
      for (const [index, target] of targets.entries()) (index === 0 ? step.merge : step.mergeShared)(target, data);
    } catch (error) {
      rootFailed(this.problems, this.root, step, failureError(error, step.kind));
    }
  }
}
