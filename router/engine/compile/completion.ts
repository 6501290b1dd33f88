/** What the response writer finds wrong while it writes: places with no valid value, and why. */
import { GraphQLError } from "graphql";

export type Path = readonly (string | number)[];

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
  readonly #explained: readonly Path[];

  /** `explained`: places for which an error is reported already. */
  constructor(explained: readonly Path[], introspection: ReadonlyMap<string, unknown>) {
    this.#explained = explained;
    this.introspection = introspection;
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
