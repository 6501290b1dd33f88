/**
 * Leaves out of entity fetches what is known before: the key that an entity is asked by, and the type names that a subgraph
 * gives which knows the interface only. Nobody then waits for a second copy, nor gets null where the first was right.
 */
import { Kind, print, stripIgnoredCharacters, visit, type FieldNode } from "graphql";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { SubgraphTypes } from "../state/subgraph-types.ts";
import type { Step } from "./steps.ts";

/** Fields that are sent, with what is sent of their objects; nothing for plain ones. */
type Sent = ReadonlyMap<string, Sent>;

const sentAmong = (nodes: readonly QueryPlanSelectionNode[]): Sent =>
  new Map(nodes.flatMap((one) => (one.kind === "Field" ? [[one.name, sentAmong(one.selections ?? [])]] : [])));

/** What both send. */
const common = (one: Sent, other: Sent): Sent =>
  new Map(
    [...one].flatMap(([name, inner]) => (other.has(name) ? [[name, common(inner, other.get(name) ?? none)]] : [])),
  );
const none: Sent = new Map();

/** What is part of every representation. */
function sentFields(requires: readonly QueryPlanSelectionNode[]): Sent {
  const perType = requires.flatMap((node) => {
    const sent = node.kind === "InlineFragment" ? sentAmong(node.selections) : none;
    return sent.has("__typename") ? [sent] : [];
  });
  return perType.reduce(common, perType[0] ?? none);
}

/** Whether a field, under its own name, asks for nothing but what is sent. */
function isSent({ name, alias, selectionSet }: FieldNode, sent: Sent): boolean {
  const inner = alias ? undefined : sent.get(name.value);
  if (!inner) return false;
  return (selectionSet?.selections ?? []).every((one) => one.kind === Kind.FIELD && isSent(one, inner));
}

/** The step without the fields that its objects have already; the step itself where nothing else would be left. */
export function withoutKnownFields(step: Step, types: SubgraphTypes): Step {
  if (!step.requires) return step;
  const sent = sentFields(step.requires);
  const isKnown = (typeName: string, field: FieldNode): boolean =>
    field.name.value === "__typename"
      ? !field.alias && (types.typeIn(step.subgraph, typeName)?.isInterfaceObject ?? false)
      : isSent(field, sent);
  let isEmpty = false;
  const document = visit(step.document, {
    // Below the entities nothing is known.
    Field: (node) => (node.name.value === "_entities" ? undefined : false),
    InlineFragment: (node) => {
      const typeName = node.typeCondition?.name.value ?? "";
      const selections = node.selectionSet.selections.filter(
        (one) => one.kind !== Kind.FIELD || !isKnown(typeName, one),
      );
      if (selections.length === 0) isEmpty = true;
      return { ...node, selectionSet: { ...node.selectionSet, selections } };
    },
  });
  return isEmpty ? step : { ...step, document, operation: stripIgnoredCharacters(print(document)) };
}
