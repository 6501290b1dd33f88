/** What the response writer finds wrong while it writes: places with no valid value, and why. */
import { GraphQLError } from "graphql";
import type { ElementBudget } from "../run/element-budget.ts";

export type Path = readonly (string | number)[];

/** Writes one object's fields of a deferred part, from the same merged data. */
export type DeferredWriter = { part: number; write(object: unknown, completion: Completion): unknown };

/** An object that gets more fields later. */
export type DeferredObject = { path: Path; object: unknown; writer: DeferredWriter };

/** Whether one of the paths leads to or through the other; "@" stands for any index. */
function sameBranch(known: Path, path: Path): boolean {
  const length = Math.min(known.length, path.length);
  for (let i = 0; i < length; i++) {
    if (known[i] !== path[i] && !(known[i] === "@" && typeof path[i] === "number")) return false;
  }
  return true;
}

/** Collects the errors of one response. Generated code keeps `path` up to date and calls `missing` or `invalid`. */
export class Completion {
  /** Where the writer is; entries past its depth are left over from elsewhere. */
  readonly path: (string | number)[] = [];
  readonly errors: GraphQLError[] = [];
  /** Values of `__schema` and `__type` fields, by response key. */
  readonly introspection: ReadonlyMap<string, unknown>;
  /** Objects with deferred parts, also those above which null came to stand since. */
  deferred: DeferredObject[] | undefined;
  /** Whether null travels up from an object that does not exist, and has met no place yet that takes or refuses it. */
  isAbsent = false;
  /** What the answer may hold. */
  readonly budget: ElementBudget;
  readonly #explained: readonly Path[];
  readonly #absent: Pick<WeakSet<object>, "has">;

  /**
   * `explained`: places for which an error is reported already. `absent`: objects that do not exist, in the words of a
   * subgraph that was asked for them. `budget` is taken from as lists are written. `start`: the place of the object that is written.
   */
  constructor(
    { explained, absent }: { explained: readonly Path[]; absent: Pick<WeakSet<object>, "has"> },
    introspection: ReadonlyMap<string, unknown>,
    budget: ElementBudget,
    start?: Path,
  ) {
    this.budget = budget;
    this.#explained = explained;
    this.#absent = absent;
    this.introspection = introspection;
    if (start) this.path.push(...start);
  }

  /** The object at this place gets more fields later. */
  later(writers: readonly DeferredWriter[], object: unknown, depth: number): void {
    this.deferred ??= [];
    for (const writer of writers) this.deferred.push({ path: this.path.slice(0, depth), object, writer });
  }

  /** No value where one must be. */
  missing(depth: number, what: string): undefined {
    return this.#report(depth, `Cannot return null for non-nullable ${what}.`);
  }

  /** A value of a wrong kind. */
  invalid(depth: number, what: string): undefined {
    return this.#report(depth, `Invalid value found for ${what}.`);
  }

  /**
   * An object that must not be asked for what is selected, since a condition of it is null. A nullable variable with a default
   * may be null all the same (GraphQL, 5.8.5: an error of execution).
   */
  refused(depth: number, variable: string): undefined {
    const path = this.path.slice(0, depth);
    const message = `Argument "if" of non-null type "Boolean!" must not be null.`;
    const place = path.length > 0 ? { path } : {};
    this.errors.push(new GraphQLError(message, { ...place, extensions: { code: "BAD_USER_INPUT", variable } }));
  }

  /** Missing or invalid, whichever `value` is; what an absent `object` lacks is no error: null stands for the object. */
  wrong(value: unknown, depth: number, what: string, object?: object): undefined {
    if (value !== null && value !== undefined) return this.invalid(depth, what);
    this.isAbsent = object !== undefined && this.#absent.has(object);
    return this.isAbsent ? undefined : this.missing(depth, what);
  }

  /** Null came from below to a place where it cannot stand: that needs an error, if none told of it below. */
  refuse(depth: number, what: string): undefined {
    if (!this.isAbsent) return undefined;
    this.isAbsent = false;
    return this.missing(depth, what);
  }

  /** The object of a deferred part, whose place is `depth` deep, does not exist: its part is null, and says why. */
  absentPart(depth: number): void {
    if (this.isAbsent) this.#report(depth, "The object does not exist.", "NOT_FOUND");
  }

  #report(depth: number, message: string, code = "INTERNAL_SERVER_ERROR"): undefined {
    const path = this.path.slice(0, depth);
    if (this.#explained.some((known) => sameBranch(known, path))) return;
    this.errors.push(new GraphQLError(message, { path, extensions: { code } }));
  }
}
