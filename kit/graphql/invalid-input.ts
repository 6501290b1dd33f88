/** The one form of the graph's `InvalidInputError`. */

/**
 * The place of an input field as clients read it, `input.lines[0].quantity`, from the steps below the argument `input`:
 * `lines.0.quantity` and `lines[0].quantity` alike, with or without `input.` in front. The input as a whole is `input`.
 */
export function inputField(path: string): string {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  const below = steps[0] === "input" ? steps.slice(1) : steps;
  return below.reduce((place, step) => (/^\d+$/.test(step) ? `${place}[${step}]` : `${place}.${step}`), "input");
}

/** An `InvalidInputError` about the field at `path` (see `inputField`). */
export const invalidInput = (path: string, message: string) => ({
  __typename: "InvalidInputError" as const,
  field: inputField(path),
  message,
});
