/**
 * Takes the steps of a plan apart by the parts of the answer that need them: a fetch for the first part never asks for what
 * only later parts show. Planned is the whole operation as if nothing were deferred; where a fetch serves several parts, its
 * fields are distributed, and a subgraph is asked again for its own objects by key. Fields of objects without a key stay
 * where they are; they are shown later none the less.
 */
import {
  Kind,
  getNamedType,
  isCompositeType,
  isUnionType,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { listMarks } from "../compile/list-marks.ts";
import { dependenciesOf, writesOf } from "../plan/dependencies.ts";
import { pathText } from "../plan/field-tree.ts";
import type { Step } from "../plan/steps.ts";
import type { DeferredParts } from "./deferred-parts.ts";
import { firstPart, type Demand } from "./demand.ts";
import { canReenter, reenter, withDocument, type Graph, type InnerPlace, type TypedField } from "./reentry.ts";
import { addReads } from "./step-reads.ts";
import { withoutRequirementsOf } from "./fewer-requirements.ts";
import { changed, fieldsOf, isTypename, selectionSet } from "./selections.ts";

type Parts = ReadonlySet<number>;

/** A step under way to its place in the list. */
type Draft = { step: Step; parts: Parts; origin: number; base: Draft | undefined };

/** Where a selection set stands: its places in merged data (more than one where the plan renames), and whose it is. */
type Here = Omit<InnerPlace, "declared"> & { places: readonly string[]; type: string; owner: Parts };

const textOf = (parts: Parts): string => [...parts].toSorted((one, other) => one - other).join();
/** Steps so that each comes after all that wait for it. */
function lastFirst(dependencies: readonly ReadonlySet<number>[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    for (const other of dependencies[index] ?? []) visit(other);
    order.push(index);
  };
  for (const index of dependencies.keys()) visit(index);
  return order.toReversed();
}

class Splitter {
  readonly drafts: Draft[] = [];
  readonly #steps: readonly Step[];
  readonly #graph: Graph;
  readonly #parts: DeferredParts;
  readonly #demand: Demand;

  constructor(steps: readonly Step[], graph: Graph, parts: DeferredParts, demand: Demand) {
    this.#steps = steps;
    this.#graph = graph;
    this.#parts = parts;
    this.#demand = demand;
  }

  /** Adds the pieces of a step, to which all that wait for it have made their demands. */
  split(step: Step, origin: number): void {
    const pieces = this.#pieces(step, origin, undefined);
    this.drafts.push(...pieces);
    for (const { step: piece, parts } of pieces) for (const part of parts) addReads(this.#demand, piece, part);
  }

  #pieces(step: Step, origin: number, base: Draft | undefined): Draft[] {
    const selections = this.#topOf(step);
    const type = this.#typeOf(step);
    const places = [pathText(step.path)];
    const fields = [...fieldsOf(selections, type)];
    const typenames = new Set(fields.flatMap((field) => this.#newTypename(step, field, places)));
    const owners = this.#owners(step, fields, places);
    const isNews = (owner: Parts) => typenames.has(textOf(owner));
    return owners.flatMap((owner, index) => {
      const here: Here = { places, type, path: step.path, keys: [], owner };
      const isOwn = (parts: Parts) => (parts.size === 0 ? index === 0 : textOf(parts) === textOf(owner));
      const again: Step[] = [];
      const mine = changed(
        selections,
        type,
        (field) =>
          owners.length === 1 || isTypename(field.node) || isOwn(this.#partsOf(step, field, places))
            ? [this.#field(step, field, here, again)]
            : [],
        (node) => !isTypename(node) || isNews(owner),
      );
      const piece = withoutRequirementsOf(this.#graph, step, this.#withTop(step, mine));
      const draft: Draft = { step: piece, parts: owner, origin, base };
      return [draft, ...again.flatMap((one) => this.#pieces(one, origin, draft))];
    });
  }

  /** For whom the pieces of a step are; one piece where it cannot be taken apart. */
  #owners(step: Step, fields: readonly TypedField[], places: readonly string[]): Parts[] {
    const wanted = fields.filter((field) => this.#partsOf(step, field, places).size > 0);
    const worth = wanted.filter(
      (field) => !isTypename(field.node) || this.#newTypename(step, field, places).length > 0,
    );
    const known = (worth.length > 0 ? worth : wanted).map((field) => this.#partsOf(step, field, places));
    if (known.length === 0) return [new Set([firstPart])];
    const isWhole = step.kind === "mutation" || step.contextRewrites.length > 0;
    if (isWhole) return [this.#parts.earliest(new Set(known.flatMap((parts) => [...parts])))];
    return [...new Map(known.map((parts) => [textOf(parts), parts])).values()].toSorted((one, other) =>
      textOf(one).localeCompare(textOf(other)),
    );
  }

  /**
   * The parts (as text) that learn from a step of which type its objects are: where those before it know no more than their
   * interface. None for other fields.
   */
  #newTypename(step: Step, field: TypedField, places: readonly string[]): string[] {
    if (!step.requires || !isTypename(field.node)) return [];
    const isKnown = [...step.preceding].some((index) => {
      const earlier = this.#steps[index] as Step;
      const known = this.#graph.types.typeIn(earlier.subgraph, field.type);
      return !known?.isInterfaceObject && writesOf(earlier).has(`${pathText(step.path)}/__typename`);
    });
    const parts = this.#partsOf(step, field, places);
    return isKnown || parts.size === 0 ? [] : [textOf(parts)];
  }

  /** The parts that need a field, without those that come after another of them. */
  #partsOf(step: Step, { type, node }: TypedField, places: readonly string[], keys: readonly string[] = []): Parts {
    const names = this.#namesOf(step, node, keys);
    const parts = new Set(places.flatMap((place) => names.flatMap((name) => [...this.#demand.of(place, name, type)])));
    return this.#parts.earliest(parts);
  }

  /** The names under which a field's value is merged. */
  #namesOf(step: Step, node: FieldNode, keys: readonly string[]): string[] {
    const key = node.alias?.value ?? node.name.value;
    const way = [...keys, key].join("/");
    const renamed = step.outputRewrites.flatMap((rewrite) =>
      rewrite.kind === "KeyRenamer" &&
      rewrite.path.filter((element) => !element.startsWith("... on ")).join("/") === way
        ? [rewrite.renameKeyTo]
        : [],
    );
    return [key, ...renamed];
  }

  /** A field that stays, with what can go gone from below it; that is added to `again`. */
  #field(step: Step, { type, node }: TypedField, here: Here, again: Step[]): FieldNode {
    const parent = this.#graph.fullSchema.getType(type);
    const definition =
      isCompositeType(parent) && !isUnionType(parent) ? parent.getFields()[node.name.value] : undefined;
    // What a mutation answers is true of that moment: it is not asked for again.
    const isWhole = step.kind === "mutation" || step.contextRewrites.length > 0;
    if (!node.selectionSet || !definition || isWhole) return node;
    const names = this.#namesOf(step, node, here.keys);
    const key = names.at(-1) as string;
    const below: Here = {
      places: here.places.flatMap((place) => names.map((name) => `${place}/${name}`)),
      type: getNamedType(definition.type).name,
      path: [...here.path, key, ...listMarks(definition.type)],
      keys: [...here.keys, node.alias?.value ?? node.name.value],
      owner: here.owner,
    };
    return { ...node, selectionSet: this.#object(step, node.selectionSet, below, again) };
  }

  #object(step: Step, set: SelectionSetNode, here: Here, again: Step[]): SelectionSetNode {
    const gone = new Map<string, TypedField[]>();
    const staying = changed(set.selections, here.type, (field) => {
      const parts = this.#partsOf(step, field, here.places, here.keys);
      const isLater = parts.size > 0 && textOf(parts) !== textOf(here.owner) && !isTypename(field.node);
      if (!isLater || here.places.length > 1 || !canReenter(this.#graph, step.subgraph, here.type, field))
        return [this.#field(step, field, here, again)];
      gone.set(textOf(parts), [...(gone.get(textOf(parts)) ?? []), field]);
      return [];
    });
    if (gone.size === 0) return { ...set, selections: staying };
    const known: SelectionNode[] = [];
    for (const fields of gone.values()) {
      const { step: one, selections } = reenter(this.#graph, step, { ...here, declared: here.type }, fields);
      again.push(one);
      known.push(...selections);
    }
    return {
      ...set,
      selections: [...known, ...staying.filter((node) => node.kind !== Kind.FIELD || !isTypename(node))],
    };
  }

  #topOf({ document, requires }: Step): readonly SelectionNode[] {
    const top = document.definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : [],
    );
    if (!requires) return top;
    return top.flatMap((node) => (node.kind === Kind.FIELD ? (node.selectionSet?.selections ?? []) : []));
  }

  #typeOf({ kind, requires }: Step): string {
    const { fullSchema } = this.#graph;
    const root = kind === "mutation" ? fullSchema.getMutationType() : fullSchema.getQueryType();
    return requires ? "" : (root?.name ?? "");
  }

  #withTop(step: Step, selections: readonly SelectionNode[]): Step {
    const document: DocumentNode = {
      ...step.document,
      definitions: step.document.definitions.map((node) => {
        if (node.kind !== Kind.OPERATION_DEFINITION) return node;
        if (!step.requires) return { ...node, selectionSet: selectionSet(selections) };
        const entities = node.selectionSet.selections.map((one) =>
          one.kind === Kind.FIELD ? { ...one, selectionSet: selectionSet(selections) } : one,
        );
        return { ...node, selectionSet: selectionSet(entities) };
      }),
    };
    return withDocument(step, document);
  }
}

/** Whether a step for `parts` may wait for one for `other`. */
const mayUse = (parts: DeferredParts, own: Parts, other: Parts): boolean =>
  other.has(firstPart) || [...own].some((part) => part !== firstPart && !parts.get(part).chain.isDisjointFrom(other));

/** Makes steps of drafts, with what precedes them in terms of each other. */
function numbered(drafts: readonly Draft[], originals: readonly Step[], parts: DeferredParts): Step[] {
  const sorted = drafts.toSorted((one, other) => one.origin - other.origin);
  return sorted.map(({ step, parts: own, origin, base }, index): Step => {
    const before = new Set<Draft>();
    for (let one = base; one; one = one.base) before.add(one);
    const preceding = originals[origin]?.preceding ?? new Set();
    // A mutation waits for all that is asked of those before it, since it may change that.
    const mayWaitFor = (other: Draft): boolean => step.kind === "mutation" || mayUse(parts, own, other.parts);
    const others = sorted.flatMap((other, at) =>
      at !== index && (before.has(other) || preceding.has(other.origin)) && mayWaitFor(other) ? [at] : [],
    );
    const chains = [...own].flatMap((part) => (part === firstPart ? [] : [...parts.get(part).chain]));
    const later = own.has(firstPart) ? undefined : { parts: own, reach: new Set(chains) };
    return { ...step, index, preceding: new Set(others), later };
  });
}

/** The steps for an answer in `parts`; `demand` holds what each part shows, and gets what their steps take. */
export function splitSteps(steps: readonly Step[], graph: Graph, parts: DeferredParts, demand: Demand): Step[] {
  const splitter = new Splitter(steps, graph, parts, demand);
  for (const index of lastFirst(dependenciesOf(steps))) splitter.split(steps[index] as Step, index);
  return numbered(splitter.drafts, steps, parts);
}
