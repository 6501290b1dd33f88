/** What the response writer finds wrong while it writes: places with no valid value, and why. */
import { GraphQLError } from "graphql";

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
  readonly #explained: readonly Path[];

  /** `explained`: places for which an error is reported already. `start`: the place of the object that is written. */
  constructor(explained: readonly Path[], introspection: ReadonlyMap<string, unknown>, start?: Path) {
    this.#explained = explained;
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

  /** Missing or invalid, whichever `value` is. */
  wrong(value: unknown, depth: number, what: string): undefined {
    return value === null || value === undefined ? this.missing(depth, what) : this.invalid(depth, what);
  }

  #report(depth: number, message: string): undefined {
    const path = this.path.slice(0, depth);
    if (this.#explained.some((known) => sameBranch(known, path))) return;
    this.errors.push(new GraphQLError(message, { path, extensions: { code: "INTERNAL_SERVER_ERROR" } }));
  }
}
