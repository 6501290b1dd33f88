import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import type { StatusProblem } from "../actions/set-restaurant-status.ts";
import type { EditProblem } from "../domain/input-rules.ts";
import type { InvalidInputError, NotFoundError } from "../generated/resolvers.ts";

/** The error types of the graph that every edit may answer with. */
export type Refusal =
  | (NotFoundError & { __typename: "NotFoundError" })
  | (InvalidInputError & { __typename: "InvalidInputError" });

/** How the graph says that something is not there, or not the caller's. */
export const missing = (what: string) =>
  ({ __typename: "NotFoundError", message: `There is no such ${what}.` }) as const;

/** How the graph says that a restaurant has left for good. */
export const permanentlyClosed = {
  __typename: "RestaurantPermanentlyClosedError",
  message: "This restaurant has left the platform for good.",
} as const;

/** How the graph says why a restaurant's status was not changed. */
export const statusRefusal = (problem: StatusProblem) =>
  problem.tag === "PERMANENTLY_CLOSED" ? permanentlyClosed : refusal(problem);

/** How the graph says why an edit was refused. */
export function refusal(problem: EditProblem): Refusal {
  switch (problem.tag) {
    case "NOT_FOUND":
      return missing(problem.what);
    case "INVALID":
      return invalidInput(problem.field, problem.message);
  }
}
