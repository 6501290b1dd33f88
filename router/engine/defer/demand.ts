/** Which parts of the answer need which fields: the first one, and those that come later. */
import { isAbstractType, isCompositeType, type GraphQLSchema } from "graphql";

/** Number of the first part of every answer. */
export const firstPart = 0;

/** Stands for objects of any type. */
export const anyType = "*";

/** Whether two types have objects in common; what the schema does not know may be anything. */
function createOverlap(schema: GraphQLSchema): (one: string, other: string) => boolean {
  const members = new Map<string, ReadonlySet<string> | undefined>();
  const membersOf = (name: string): ReadonlySet<string> | undefined => {
    if (members.has(name)) return members.get(name);
    const type = schema.getType(name);
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [name];
    const found = isCompositeType(type) ? new Set(possible) : undefined;
    members.set(name, found);
    return found;
  };
  return (one, other) => {
    if (one === other) return true;
    const [left, right] = [membersOf(one), membersOf(other)];
    return !left || !right || !left.isDisjointFrom(right);
  };
}

/**
 * Who needs what. Places are response paths without list indexes, as text (`/me/orders`, the root is empty); names are those of
 * merged data.
 */
export class Demand {
  readonly #fields = new Map<string, Map<string, Set<number>>>();
  readonly #overlap: (one: string, other: string) => boolean;

  constructor(schema: GraphQLSchema) {
    this.#overlap = createOverlap(schema);
  }

  /** `part` needs the field `key` of objects of `type` at `place`. */
  add(place: string, key: string, type: string, part: number): void {
    const field = `${place}/${key}`;
    const byType = this.#fields.get(field) ?? new Map<string, Set<number>>();
    this.#fields.set(field, byType);
    const parts = byType.get(type) ?? new Set();
    byType.set(type, parts.add(part));
  }

  /** The parts that need the field `key` of objects of `type` at `place`. */
  of(place: string, key: string, type: string): Set<number> {
    const found = new Set<number>();
    for (const [other, parts] of this.#fields.get(`${place}/${key}`) ?? [])
      if (this.#overlap(type, other)) for (const part of parts) found.add(part);
    return found;
  }
}
