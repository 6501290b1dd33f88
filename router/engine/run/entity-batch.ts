/** The entities that one request asks for: each distinct representation once, and every object that waits for it. */
import type { CompiledStep, Unit } from "../compile/compiled-plan.ts";

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

function addTo(
  batch: EntityBatch,
  numbers: Map<string, number>,
  member: EntityBatch["members"][number],
  object: Record<string, unknown>,
): void {
  const text = member.step.represent?.(object);
  if (text === null || text === undefined) return;
  let number = numbers.get(text);
  if (number === undefined) {
    number = batch.representations.push(text) - 1;
    numbers.set(text, number);
  }
  member.objects.push(object);
  member.indexes.push(number);
}

/** Collects what a unit asks for. Undefined when there is nothing to ask. */
export function collectBatch(unit: Unit, root: unknown): EntityBatch | undefined {
  const batch = newBatch(unit);
  const numbers = new Map<string, number>();
  for (const member of batch.members) member.step.eachTarget(root, (object) => addTo(batch, numbers, member, object));
  return batch.representations.length > 0 ? batch : undefined;
}

/** The same for a step with contextual arguments: one batch per distinct set of values. */
export function collectContextBatches(
  unit: Unit,
  eachInContext: (visit: (object: Record<string, unknown>, contextText: string) => void) => void,
): EntityBatch[] {
  const batches = new Map<string, { batch: EntityBatch; numbers: Map<string, number> }>();
  eachInContext((object, contextText) => {
    let entry = batches.get(contextText);
    if (!entry) batches.set(contextText, (entry = { batch: newBatch(unit, contextText), numbers: new Map() }));
    const member = entry.batch.members[0];
    if (member) addTo(entry.batch, entry.numbers, member, object);
  });
  return [...batches.values()].map(({ batch }) => batch).filter(({ representations }) => representations.length > 0);
}
