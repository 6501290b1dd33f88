/** Leaves out of a piece's representations what only fields of the other pieces require. */
import { Kind, visit } from "graphql";
import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { Step } from "../plan/steps.ts";
import type { Graph } from "./reentry.ts";

/** Fields of the entities that a step asks for, each as `Type.field`. */
function entityFields(step: Step): Set<string> {
  const found = new Set<string>();
  visit(step.document, {
    InlineFragment: (fragment) => {
      for (const node of fragment.selectionSet.selections)
        if (node.kind === Kind.FIELD) found.add(`${fragment.typeCondition?.name.value ?? ""}.${node.name.value}`);
      // Below the entities nothing has requirements.
      return false;
    },
  });
  return found;
}

/** Names that the fields (each as `Type.field`) require of others. */
function requiredBy({ types }: Graph, { subgraph }: Step, fields: ReadonlySet<string>): Set<string> {
  const names = [...fields].flatMap((coordinate) => {
    const [type = "", field = ""] = coordinate.split(".");
    const set = types.typeIn(subgraph, type)?.requires.get(field);
    return (set?.selections ?? []).flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []));
  });
  return new Set(names);
}

/** `piece`, made of `whole` by leaving fields out, with no more in its representations than it needs. */
export function withoutRequirementsOf(graph: Graph, whole: Step, piece: Step): Step {
  if (!piece.requires) return piece;
  const kept = entityFields(piece);
  const gone = entityFields(whole).difference(kept);
  if (gone.size === 0) return piece;
  const needless = requiredBy(graph, whole, gone).difference(requiredBy(graph, whole, kept));
  const isNeedless = (typeName: string, name: string): boolean => {
    const known = graph.types.nameIn(whole.subgraph, typeName) ?? typeName;
    const keys = graph.types.typeIn(whole.subgraph, known)?.keys ?? [];
    return (
      needless.has(name) &&
      !keys.some((key) => key.selections.some((node) => node.kind === Kind.FIELD && node.name.value === name))
    );
  };
  const requires = piece.requires.map((node): QueryPlanSelectionNode =>
    node.kind === "InlineFragment"
      ? {
          ...node,
          selections: node.selections.filter(
            (one) => one.kind !== "Field" || !isNeedless(node.typeCondition ?? "", one.alias ?? one.name),
          ),
        }
      : node,
  );
  return { ...piece, requires };
}
