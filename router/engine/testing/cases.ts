/** From a generated operation and fault choices to the cases to run. */
import fc, { type Arbitrary } from "fast-check";
import type { GraphQLSchema } from "graphql";
import { effects, type Effect, type Fault, type Site } from "./faults.ts";
import type { OperationTree } from "./operation-tree.ts";
import { operationArbitrary } from "./operations.ts";
import { variations } from "./render.ts";

/** Which of the places that the operation touches is struck, and how. */
export type FaultChoice = { readonly place: number; readonly effect: Effect; readonly everyRow: boolean };

/** An operation, and the faults of each of its variations. */
export type Specimen = { readonly tree: OperationTree; readonly choices: readonly (readonly FaultChoice[])[] };

/** Arbitrary specimens of a graph. */
export function specimenArbitrary(schema: GraphQLSchema): Arbitrary<Specimen> {
  const choice = fc.record<FaultChoice>({
    place: fc.nat(10_000),
    effect: fc.constantFrom(...effects),
    everyRow: fc.boolean(),
  });
  return fc.record({
    tree: operationArbitrary(schema),
    choices: fc.array(fc.array(choice, { minLength: 1, maxLength: 2 }), {
      minLength: variations,
      maxLength: variations,
    }),
  });
}

/** The faults that choices mean for an operation that touches `sites`; none when it touches nothing. */
export function faultsOf(choices: readonly FaultChoice[], sites: readonly Site[]): Fault[] {
  return choices.flatMap(({ place, effect, everyRow }) => {
    const site = sites[place % Math.max(1, sites.length)];
    return site ? [{ ...site, effect, everyRow }] : [];
  });
}
