/** A query plan with everything generated that running it takes. */
import { Kind, isAbstractType, print, visit, type GraphQLSchema } from "graphql";
import { dependenciesOf } from "../plan/dependencies.ts";
import { fieldTree, pathText, type FieldTree } from "../plan/field-tree.ts";
import { groupSteps, type Group } from "../plan/groups.ts";
import type { LaterStep, Step } from "../plan/steps.ts";
import type { ResponseNames } from "../state/response-names.ts";
import type { SubgraphTypes } from "../state/subgraph-types.ts";
import type { NumberCare } from "../exact-json.ts";
import { careOf, fieldCare } from "./number-care.ts";
import { joinOperations, type JoinedOperation } from "./joined-operation.ts";
import { compileMerge, type Merge } from "./merge.ts";
import { compileRepresentation, type Represent } from "./representation.ts";
import { compileEachTarget, type EachTarget } from "./targets.ts";

export type CompiledStep = Step & {
  /** What depends on the text of its answer's numbers. */
  numbers: NumberCare;
  /** What the step writes at its path. */
  tree: FieldTree;
  eachTarget: EachTarget;
  /** Absent for a root fetch. */
  represent: Represent | undefined;
  merge: Merge;
  /** Used from the second object on that takes the same answer. */
  mergeShared: Merge;
  /** Whether that copies what it takes. */
  copies: boolean;
};

/** Steps of one group with the same selection: their entities are asked for together. */
export type Unit = readonly CompiledStep[];

export type CompiledGroup = Group & {
  subgraph: string;
  later: LaterStep | undefined;
  units: readonly Unit[];
  /** The operation for some of the units, by their indexes. */
  joined(units: readonly number[]): JoinedOperation;
  /** The operation for `count` copies of the only unit, which differ by context. */
  repeated(count: number): JoinedOperation;
};

export type CompiledPlan = {
  schema: GraphQLSchema;
  /** The client's name for a key of merged data. */
  clientName: (key: string | number) => string | number;
  steps: readonly CompiledStep[];
  groups: readonly CompiledGroup[];
};

function* compositePlaces(tree: FieldTree, prefix: string): Generator<string> {
  for (const [key, children] of tree) {
    if (children.size === 0) continue;
    yield `${prefix}/${key}`;
    yield* compositePlaces(children, `${prefix}/${key}`);
  }
}

/**
 * For each step, whether objects that take the same answer need copies of its parts. They may share them unless another
 * step writes into the same places, which could then differ, or unless contexts make equal objects unequal.
 */
function copiesNeeded(steps: readonly Step[], trees: readonly FieldTree[]): boolean[] {
  if (steps.some(({ contextRewrites }) => contextRewrites.length > 0)) return steps.map(() => true);
  const places = steps.map((step, index) => new Set(compositePlaces(trees[index] as FieldTree, pathText(step.path))));
  return places.map((own, index) => places.some((other, at) => at !== index && !own.isDisjointFrom(other)));
}

/** The operation's text without its name. */
const anonymousText = (step: Step): string =>
  print(
    visit(step.document, {
      OperationDefinition: ({ name: _name, ...node }) => ({ ...node, kind: Kind.OPERATION_DEFINITION }),
    }),
  );

function unitsOf(steps: readonly CompiledStep[]): Unit[] {
  const units = new Map<string, CompiledStep[]>();
  for (const step of steps) {
    const text = steps.length === 1 ? "" : anonymousText(step);
    const unit = units.get(text);
    if (unit) unit.push(step);
    else units.set(text, [step]);
  }
  return [...units.values()];
}

/** Remembers the results of `make`, as long as their texts have at most `most` characters together. */
function remembered<K extends string | number>(
  most: number,
  make: (key: K) => JoinedOperation,
): (key: K) => JoinedOperation {
  const known = new Map<K, JoinedOperation>();
  let left = most;
  return (key) => {
    const before = known.get(key);
    if (before) return before;
    const made = make(key);
    left -= made.query.length;
    if (left >= 0) known.set(key, made);
    return made;
  };
}

/** Joined texts that are kept for each character of their parts: little beside what is made of the parts. */
const joinedShare = 8;

function compileGroup(group: Group, steps: readonly CompiledStep[]): CompiledGroup {
  const members = group.steps.map((index) => steps[index] as CompiledStep);
  const first = members[0] as CompiledStep;
  const units = unitsOf(members);
  const mostText = Math.max(2_000, members.reduce((total, { operation }) => total + operation.length, 0) * joinedShare);
  const document = (unit: number) => (units[unit]?.[0] ?? first).document;
  const joined = remembered(mostText, (key: string) =>
    joinOperations(key.split(",").map((unit) => document(Number(unit)))),
  );
  return {
    ...group,
    subgraph: first.subgraph,
    later: first.later,
    units,
    joined: (chosen) => joined(chosen.join(",")),
    repeated: remembered(mostText, (count: number) => joinOperations(Array(count).fill(document(0)))),
  };
}

const abstractNames = (schema: GraphQLSchema): ReadonlySet<unknown> =>
  new Set(Object.values(schema.getTypeMap()).flatMap((type) => (isAbstractType(type) ? type.name : [])));

/** What compiling takes of a supergraph. */
type Graph = { fullSchema: GraphQLSchema; names: Pick<ResponseNames, "clientName">; types: SubgraphTypes };

/** Compiles a plan. */
export function compilePlan({ fullSchema: schema, names, types }: Graph, layout: readonly Step[]): CompiledPlan {
  const trees = layout.map((step) => fieldTree(step.document, step.requires !== undefined, step.outputRewrites));
  const care = fieldCare(schema);
  const abstract = abstractNames(schema);
  const copies = copiesNeeded(layout, trees);
  const steps = layout.map((step, index): CompiledStep => {
    const tree = trees[index] as FieldTree;
    return {
      ...step,
      numbers: careOf(step.document, care),
      tree,
      eachTarget: compileEachTarget(step.path),
      represent: step.requires && compileRepresentation({ ...step, schema, types }, step.requires, step.inputRewrites),
      merge: compileMerge(tree, false, abstract),
      mergeShared: compileMerge(tree, copies[index] ?? true, abstract),
      copies: copies[index] ?? true,
    };
  });
  const groups = groupSteps(layout, dependenciesOf(layout)).map((group) => compileGroup(group, steps));
  return { schema, clientName: names.clientName, steps, groups };
}
