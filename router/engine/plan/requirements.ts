/**
 * Sees to it that every field of an entity is asked for with all that it requires. The planner loses requirements in chains
 * that go to and fro between two subgraphs, and asks in one fetch for fields that require the same field with different
 * arguments; here the first get what they lack, and the second are taken apart.
 */
import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { RequiredFields } from "../state/required-arguments.ts";
import type { SubgraphTypes } from "../state/subgraph-types.ts";
import { withoutKnownFields } from "./known-fields.ts";
import { asRequirements, covers, fieldsAmong, type Requirements } from "./representations.ts";
import { withResolvableKeys } from "./resolvable-keys.ts";
import type { Step } from "./steps.ts";

type Graph = { types: SubgraphTypes; required: RequiredFields };

/** A field of an entity, and what it requires. */
type EntityField = { typeName: string; field: FieldNode; requires: SelectionSetNode | undefined };

const entitiesOf = ({ document }: Step): readonly SelectionNode[] =>
  document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? node.selectionSet.selections.flatMap((one) =>
          one.kind === Kind.FIELD ? (one.selectionSet?.selections ?? []) : [],
        )
      : [],
  );

const entityFields = (step: Step, { types }: Graph): EntityField[] =>
  entitiesOf(step).flatMap((fragment) => {
    if (fragment.kind !== Kind.INLINE_FRAGMENT || !fragment.typeCondition) return [];
    const typeName = fragment.typeCondition.name.value;
    const known = types.typeIn(step.subgraph, typeName)?.requires;
    return fragment.selectionSet.selections.flatMap((field) =>
      field.kind === Kind.FIELD ? [{ typeName, field, requires: known?.get(field.name.value) }] : [],
    );
  });

/** The step with what its fields require and the planner lost. */
function completed(step: Step, graph: Graph): Step {
  let requires = step.requires;
  for (const { typeName, requires: set } of requires ? entityFields(step, graph) : []) {
    const wanted = set && asRequirements(set);
    if (!wanted || covers(requires ?? [], wanted)) continue;
    requires = [...(requires ?? []), { kind: "InlineFragment", typeCondition: typeName, selections: wanted }];
  }
  return requires === step.requires ? step : { ...step, requires };
}

/** Names under which fields are required, each with that of the field itself, as paths. */
function* plannedNames(
  nodes: Requirements,
  { required }: Graph,
  prefix = "",
): Generator<[place: string, name: string]> {
  for (const [name, inner] of fieldsAmong(nodes)) {
    const place = `${prefix}/${required.get(name)?.field ?? name}`;
    yield [place, name];
    yield* plannedNames(inner, { required } as Graph, place);
  }
}

/** Fields of one step that can be asked for with one representation. */
type FieldGroup = { fields: Set<FieldNode>; names: Map<string, string> };

function groupFields(fields: readonly EntityField[], graph: Graph): FieldGroup[] {
  const groups: FieldGroup[] = [];
  for (const { field, requires } of fields) {
    const names = [...plannedNames(requires ? asRequirements(requires) : [], graph)];
    let group = groups.find((one) => names.every(([place, name]) => (one.names.get(place) ?? name) === name));
    if (!group) groups.push((group = { fields: new Set(), names: new Map() }));
    group.fields.add(field);
    for (const [place, name] of names) group.names.set(place, name);
  }
  return groups;
}

/** Leaves out required fields with arguments that no field of the group requires. */
const requirementsFor = (nodes: Requirements, names: ReadonlySet<string>, graph: Graph): QueryPlanSelectionNode[] =>
  nodes.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === "Field" && graph.required.has(node.name) && !names.has(node.name)) return [];
    return node.selections ? [{ ...node, selections: requirementsFor(node.selections, names, graph) }] : [node];
  });

/** The document with those of an entity's fields that `group` has. */
function documentFor({ document }: Step, { fields }: FieldGroup, all: ReadonlySet<FieldNode>): DocumentNode {
  return visit(document, {
    Field: (node) => (all.has(node) && !fields.has(node) ? null : undefined),
    InlineFragment: { leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined) },
  });
}

/** One step for each set of fields that can share a representation. */
function takenApart(step: Step, graph: Graph): Step[] {
  if (!step.requires || graph.required.size === 0) return [step];
  const fields = entityFields(step, graph);
  const groups = groupFields(fields, graph);
  if (groups.length < 2) return [step];
  const all = new Set(fields.map(({ field }) => field));
  return groups.map((group) => ({
    ...step,
    document: documentFor(step, group, all),
    requires: requirementsFor(step.requires ?? [], new Set(group.names.values()), graph),
  }));
}

/** Names in requirements: read under the planned name, given to the subgraph under the field's own. */
const readable = (nodes: Requirements, { required }: Graph): QueryPlanSelectionNode[] =>
  nodes.map((node): QueryPlanSelectionNode => {
    const inner = node.selections ? { selections: readable(node.selections, { required } as Graph) } : {};
    const field = node.kind === "Field" ? required.get(node.name)?.field : undefined;
    return node.kind === "Field" && field
      ? { ...node, ...inner, alias: node.name, name: field }
      : { ...node, ...inner };
  });

/** The step as its subgraph understands it. */
function translated(step: Step, graph: Graph): Step {
  const document = visit(step.document, {
    Field: (node) => {
      const field = graph.required.get(node.name.value);
      if (!field) return undefined;
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { ...node.name, value: field.field },
        arguments: field.args,
      };
    },
  });
  const requires = step.requires && readable(step.requires, graph);
  return { ...step, document, requires, operation: stripIgnoredCharacters(print(document)) };
}

/** The steps with their requirements in order; steps that were taken apart are all waited for. */
export function completeRequirements(steps: readonly Step[], graph: Graph): Step[] {
  const result: Step[] = [];
  const added: Step[] = [];
  const others = new Map<number, number[]>();
  for (const step of withResolvableKeys(steps, graph.types)) {
    const [first = step, ...rest] = takenApart(completed(withoutKnownFields(step, graph.types), graph), graph);
    result.push(first);
    for (const one of rest) {
      const index = steps.length + added.length;
      added.push({ ...one, index });
      others.set(step.index, [...(others.get(step.index) ?? []), index]);
    }
  }
  return [...result, ...added].map((step) => {
    const preceding = new Set([...step.preceding].flatMap((index) => [index, ...(others.get(index) ?? [])]));
    const same = { ...step, preceding };
    return graph.required.size === 0 ? same : translated(same, graph);
  });
}
