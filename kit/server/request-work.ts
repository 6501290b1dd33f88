/**
 * The work that a subgraph does for one request, and its end: when the caller leaves, when its time is over, or when it turns out
 * to be too much. Then resolvers start nothing more, and statements of the database are cancelled. Mutations go on: what one has
 * begun, it finishes, within the deadlines of its statements and of its calls to others.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { defaultFieldResolver, isObjectType, type GraphQLSchema } from "graphql";
import { graphqlError } from "../errors.ts";

/** Why work ended before it was done. */
export type WorkEnd = "CALLER_LEFT" | "TOO_SLOW" | "TOO_LARGE";

/** Rejects what an ended request still waits for. */
export class WorkEnded extends Error {
  override name = "WorkEnded";
  readonly end: WorkEnd;
  constructor(end: WorkEnd) {
    super(`the request's work has ended: ${end}`);
    this.end = end;
  }
}

/** The most that one request may take. */
export type WorkLimits = {
  /** Longest time until its answer, milliseconds. */
  readonly deadlineMs: number;
  /** Most fields with a resolver that are resolved for it. */
  readonly maxResolved: number;
};

export class RequestWork {
  readonly #limits: WorkLimits;
  readonly #listeners = new Set<(error: WorkEnded) => void>();
  readonly #gone = Promise.withResolvers<never>();
  readonly #left = new AbortController();
  #resolved = 0;
  #mayEnd = false;
  /** An end that came before it was known whether the request may be ended. */
  #early: WorkEnd | undefined;
  #ended: WorkEnded | undefined;

  constructor(limits: WorkLimits) {
    this.#limits = limits;
    this.#gone.promise.catch(() => {});
  }

  /** Why it has ended; undefined while it goes on. */
  get ended(): WorkEnded | undefined {
    return this.#ended;
  }

  /** Aborts when the caller leaves, for what a mutation merely waits for: its work goes on. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** Says that the request changes nothing, so that its work may be ended anywhere. */
  markAsRead(): void {
    this.#mayEnd = true;
    if (this.#early) this.end(this.#early);
  }

  /** Ends it, unless it is a mutation's. */
  end(why: WorkEnd): void {
    if (this.#ended) return;
    this.#early ??= why;
    if (!this.#mayEnd) return;
    const error = (this.#ended = new WorkEnded(why));
    for (const listener of this.#listeners) listener(error);
    this.#listeners.clear();
    this.#gone.reject(error);
  }

  /** Calls `listener` when it ends; answers how to be called no more. */
  onEnd(listener: (error: WorkEnded) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Counts a field that is about to be resolved; false where it is not to be. */
  mayResolve(): boolean {
    if (this.#ended) return false;
    this.#resolved += 1;
    if (this.#resolved > this.#limits.maxResolved) this.end("TOO_LARGE");
    return this.#ended === undefined;
  }

  /** Does `work` as this request's; rejects with WorkEnded as soon as it has ended. `signal` aborts when the caller leaves. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const leave = () => {
      this.#left.abort();
      this.end("CALLER_LEFT");
    };
    const timer = setTimeout(() => this.end("TOO_SLOW"), this.#limits.deadlineMs);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([store.run(this, work), this.#gone.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", leave);
    }
  }
}

const store = new AsyncLocalStorage<RequestWork>();

/** The work that the code at hand runs for; undefined in the background. */
export const currentWork = (): RequestWork | undefined => store.getStore();

/** What a client is told of work that was ended, where it is still there to read it. */
export const workEndedError = ({ end }: WorkEnded) =>
  end === "TOO_LARGE"
    ? graphqlError("OPERATION_TOO_LARGE")
    : graphqlError("SUBGRAPH_UNAVAILABLE", "The answer took too long; try again.");

/**
 * Wraps the resolvers of `schema` in place: for a request whose work has ended none begins. Its field then never settles, so that
 * execution stands still there and is forgotten, instead of making an error of each of thousands of fields that nobody reads.
 */
export function resolveWhileWanted(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (!resolve || resolve === defaultFieldResolver) continue;
      field.resolve = (source, args, context: { work?: RequestWork }, info) =>
        context.work && !context.work.mayResolve()
          ? new Promise(() => {})
          : (resolve(source, args, context, info) as unknown);
    }
  }
  return schema;
}
