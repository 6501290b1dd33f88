/**
 * A sum over an operation that may depend on its variables, worked out once per document. What depends on none is a number from
 * the start; the rest is a list of steps, each used by later ones, so that its value takes one pass however often a part of it
 * is used.
 */

/** A number, or the step that gives it. */
export type Amount = number | { readonly step: number };

/** Length of a list: known, or read from the variables of a request. */
export type Size = number | ((variables: Readonly<Record<string, unknown>>) => number);

type Step =
  | { kind: "sum"; constant: number; of: readonly number[] }
  | { kind: "product"; plus: number; size: Size; inner: Amount };

/** Collects the steps of one formula. */
export class FormulaBuilder {
  readonly #steps: Step[] = [];

  sum(amounts: readonly Amount[]): Amount {
    const of = amounts.flatMap((one) => (typeof one === "number" ? [] : [one.step]));
    const constant = amounts.reduce<number>((total, one) => total + (typeof one === "number" ? one : 0), 0);
    return of.length === 0 ? constant : this.#add({ kind: "sum", constant, of });
  }

  /** `plus + size * inner`. */
  product(plus: number, size: Size, inner: Amount): Amount {
    if (typeof size === "number" && typeof inner === "number") return plus + (size === 0 ? 0 : size * inner);
    if (inner === 0) return plus;
    return this.#add({ kind: "product", plus, size, inner });
  }

  /** The whole as a function of the variables of a request, or a number where it depends on none. */
  finish(whole: Amount): Size {
    if (typeof whole === "number") return whole;
    const steps = this.#steps;
    return (variables) => {
      const values = new Float64Array(steps.length);
      const valueOf = (amount: Amount) => (typeof amount === "number" ? amount : (values[amount.step] as number));
      for (const [index, step] of steps.entries()) {
        if (step.kind === "sum")
          values[index] = step.of.reduce((total, one) => total + (values[one] as number), step.constant);
        else {
          const size = typeof step.size === "number" ? step.size : step.size(variables);
          values[index] = step.plus + (size === 0 ? 0 : size * valueOf(step.inner));
        }
      }
      return valueOf(whole);
    };
  }

  #add(step: Step): Amount {
    this.#steps.push(step);
    return { step: this.#steps.length - 1 };
  }
}
