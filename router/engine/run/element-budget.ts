/**
 * How much one answer may hold. Lists may be longer than they were estimated, and objects that several places share are written
 * at each: so elements are counted while they are merged and written, and too many end the work.
 */
import type { GraphQLError } from "graphql";
import { errorCatalogue, graphqlError } from "../../../kit/errors.ts";

/** OPERATION_TOO_LARGE, for an answer that holds more than `most`. */
export function answerTooLarge(most: number, what: string): GraphQLError {
  const error = graphqlError("OPERATION_TOO_LARGE", `The answer has more than ${most} ${what}.`);
  error.extensions["http"] = { status: errorCatalogue.OPERATION_TOO_LARGE.status };
  return error;
}

export class ElementBudget {
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = this.#left = most;
  }

  /** Takes `count` elements; throws OPERATION_TOO_LARGE where there are not so many left. */
  take(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw answerTooLarge(this.#most, "objects and list elements");
  }

  /** A budget of the same size for another part of the work. */
  again(): ElementBudget {
    return new ElementBudget(this.#most);
  }
}

/** Objects and list elements in a JSON value, itself included. */
export function elementsOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 1;
  if (Array.isArray(value)) for (const element of value) count += elementsOf(element) || 1;
  else for (const key in value) count += elementsOf((value as Record<string, unknown>)[key]);
  return count;
}
