/** The entities that one request asks for: each distinct representation once, and every object that waits for it. */
import type { CompiledStep, Unit } from "../compile/compiled-plan.ts";
import type { ElementBudget } from "./element-budget.ts";
import type { Builder } from "../compile/representation.ts";

export type EntityBatch = {
  /** Text of each distinct representation. */
  representations: string[];
  /** Per step of the unit: the objects, and the number of the representation that each shares. */
  members: { step: CompiledStep; objects: Record<string, unknown>[]; indexes: number[] }[];
  /** JSON object of contextual arguments that all of the batch share, or undefined. */
  contextText: string | undefined;
};

const newBatch = (unit: Unit, contextText?: string): EntityBatch => ({
  representations: [],
  members: unit.map((step) => ({ step, objects: [], indexes: [] })),
  contextText,
});

/** Gives each distinct representation of a batch its number. */
class Numbering {
  readonly #texts: string[];
  readonly #isAlone: boolean;
  readonly #byText = new Map<string, number>();
  readonly #bySingle = new Map<Builder, Map<unknown, number>>();

  /** `texts` gets every new representation; `isAlone` where only one step gives them. */
  constructor(texts: string[], isAlone: boolean) {
    this.#texts = texts;
    this.#isAlone = isAlone;
  }

  /** The number of an object's representation; undefined where it has none. */
  numberOf(builder: Builder, object: Record<string, unknown>): number | undefined {
    const value = builder.single?.(object);
    if (typeof value !== "string" && typeof value !== "number") return this.#ofText(builder.text(object));
    let known = this.#bySingle.get(builder);
    if (!known) this.#bySingle.set(builder, (known = new Map()));
    let number = known.get(value);
    if (number === undefined) {
      const text = builder.text(object);
      // Another type's objects have other texts, another step's may have the same.
      number = this.#isAlone && text !== null ? this.#texts.push(text) - 1 : this.#ofText(text);
      if (number !== undefined) known.set(value, number);
    }
    return number;
  }

  #ofText(text: string | null): number | undefined {
    if (text === null) return undefined;
    let number = this.#byText.get(text);
    if (number === undefined) this.#byText.set(text, (number = this.#texts.push(text) - 1));
    return number;
  }
}

function addTo(numbering: Numbering, member: EntityBatch["members"][number], object: Record<string, unknown>): void {
  const builder = member.step.represent?.(object);
  const number = builder && numbering.numberOf(builder, object);
  if (number === undefined) return;
  member.objects.push(object);
  member.indexes.push(number);
}

/** Collects what a unit asks for, each object from `budget`. Undefined when there is nothing to ask. */
export function collectBatch(unit: Unit, root: unknown, budget: ElementBudget): EntityBatch | undefined {
  const batch = newBatch(unit);
  const numbering = new Numbering(batch.representations, unit.length === 1);
  for (const member of batch.members) {
    const own = budget.again();
    member.step.eachTarget(root, (object) => {
      own.take(1);
      addTo(numbering, member, object);
    });
  }
  return batch.representations.length > 0 ? batch : undefined;
}

/** The same for a step with contextual arguments: one batch per distinct set of values. */
export function collectContextBatches(
  unit: Unit,
  eachInContext: (visit: (object: Record<string, unknown>, contextText: string) => void) => void,
): EntityBatch[] {
  const batches = new Map<string, { batch: EntityBatch; numbering: Numbering }>();
  eachInContext((object, contextText) => {
    let entry = batches.get(contextText);
    if (!entry) {
      const batch = newBatch(unit, contextText);
      batches.set(contextText, (entry = { batch, numbering: new Numbering(batch.representations, unit.length === 1) }));
    }
    const member = entry.batch.members[0];
    if (member) addTo(entry.numbering, member, object);
  });
  return [...batches.values()].map(({ batch }) => batch).filter(({ representations }) => representations.length > 0);
}
