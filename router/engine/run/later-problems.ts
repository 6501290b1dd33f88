/** What went wrong, by the parts of an answer that suffer from it. */
import type { CompiledStep } from "../compile/compiled-plan.ts";
import type { Path } from "../compile/completion.ts";
import type { Deferral } from "../defer/deferral.ts";
import { firstPart } from "../defer/demand.ts";
import type { PartProblems } from "./fetch-errors.ts";

export class LaterProblems {
  readonly #problems = new Map<number, PartProblems>();
  readonly #deferral: Deferral;

  constructor(deferral: Deferral) {
    this.#deferral = deferral;
  }

  /** The problems of one part. */
  of(part: number): PartProblems {
    const known = this.#problems.get(part) ?? { errors: [], explained: [] };
    this.#problems.set(part, known);
    return known;
  }

  /**
   * The parts that show null because of an error at `place`; where none shows it (a key, a requirement), those that need what
   * `step` brings, and without a place all of both.
   */
  readonly concerned = (step: CompiledStep, place: Path | undefined): PartProblems[] => {
    const depth = step.path.filter((element) => element !== "@").length;
    const paths = place ? [place] : [...step.tree.keys()].map((key) => [...step.path, key]);
    const shown = paths.flatMap((path) => [...this.#showing(path, depth)]).filter((part) => this.#isAfter(part, step));
    const needed = step.later?.parts ?? [firstPart];
    const parts = place && shown.length > 0 ? shown : [...shown, ...needed];
    return [...new Set(parts)].map((part) => this.of(part));
  };

  /** Whether a part waits for a step: one given already is told nothing. */
  #isAfter(part: number, { later }: CompiledStep): boolean {
    return (
      later === undefined || (part !== firstPart && !later.parts.isDisjointFrom(this.#deferral.parts.get(part).chain))
    );
  }

  /** The parts that show the place, or the nearest one above it that is deeper than `depth`. */
  #showing(path: Path, depth: number): ReadonlySet<number> {
    const keys = path.filter((element) => element !== "@" && typeof element === "string");
    for (let length = keys.length; length > depth; length--) {
      const found = this.#deferral.shown.get(`/${keys.slice(0, length).join("/")}`);
      if (found) return found;
    }
    return none;
  }
}

const none: ReadonlySet<number> = new Set();
