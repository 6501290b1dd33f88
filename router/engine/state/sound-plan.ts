/** Whether a plan can work at all: what its steps ask is given where they ask it, and what they need comes from a step before. */
import type { Edge, QueryGraph, Vertex } from "@apollo/query-graphs";
import { Kind, type SelectionSetNode } from "graphql";
import { dependenciesOf, requirementsOf, writesOf } from "../plan/dependencies.ts";
import type { Step } from "../plan/steps.ts";

const vertexOf = (graph: QueryGraph, subgraph: string, typeName: string): Vertex | undefined =>
  graph.verticesForType(typeName).find((one) => one.source === subgraph && one.provideId === undefined);

/** What follows from a vertex by a selection's name, `@provides` on the way included. */
const edgeTo = (graph: QueryGraph, vertex: Vertex, kind: "FieldCollection" | "DownCast", wanted: string) =>
  graph
    .outEdges(vertex)
    .find(
      ({ transition }: Edge) =>
        (transition.kind === "FieldCollection" && kind === transition.kind && transition.definition.name === wanted) ||
        (transition.kind === "DownCast" && kind === transition.kind && transition.castedType.name === wanted),
    );

/** Whether a selection set asks only for what is given at a vertex. What the graph's edges do not tell is trusted. */
function isGiven(graph: QueryGraph, vertex: Vertex, { selections }: SelectionSetNode): boolean {
  return selections.every((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return true;
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const wanted = node.typeCondition?.name.value ?? vertex.type.name;
      const inner =
        wanted === vertex.type.name
          ? vertex
          : (edgeTo(graph, vertex, "DownCast", wanted)?.tail ?? vertexOf(graph, vertex.source, wanted));
      return !inner || isGiven(graph, inner, node.selectionSet);
    }
    if (node.name.value.startsWith("__")) return true;
    const edge = edgeTo(graph, vertex, "FieldCollection", node.name.value);
    // Of interfaces the planner knows fewer edges than there are fields.
    if (!edge) return vertex.type.kind === "InterfaceType";
    return !node.selectionSet || isGiven(graph, edge.tail, node.selectionSet);
  });
}

/** Whether a step asks only for what its subgraph gives. */
function asksWhatIsGiven({ subgraph, document, requires, kind }: Step, graph: QueryGraph): boolean {
  const root = [...graph.allVertices()].find(
    (one) => one.source === subgraph && one.type === graph.sources.get(subgraph)?.schemaDefinition.rootType(kind),
  );
  return document.definitions.every((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION) return true;
    if (!requires) return !root || isGiven(graph, root, node.selectionSet);
    return node.selectionSet.selections.every(
      (entities) =>
        entities.kind !== Kind.FIELD ||
        (entities.selectionSet?.selections ?? []).every((fragment) => {
          if (fragment.kind !== Kind.INLINE_FRAGMENT) return true;
          const vertex = vertexOf(graph, subgraph, fragment.typeCondition?.name.value ?? "");
          return !vertex || isGiven(graph, vertex, fragment.selectionSet);
        }),
    );
  });
}

/** Whether what each step's representations are made of is written by a step that it waits for. */
function needsWhatComes(steps: readonly Step[]): boolean {
  const writes = steps.map(writesOf);
  const dependencies = dependenciesOf(steps);
  const comesBefore = (index: number, seen = new Set<number>()): Set<number> => {
    for (const earlier of dependencies[index] ?? []) if (!seen.has(earlier)) comesBefore(earlier, seen.add(earlier));
    return seen;
  };
  return steps.every(({ index, requires, contextRewrites }, position) => {
    if (!requires || contextRewrites.length > 0) return true;
    const before = comesBefore(position).values().toArray();
    return [...requirementsOf(steps[position] as Step)].every((place) =>
      before.some((earlier) => earlier !== index && writes[earlier]?.has(place)),
    );
  });
}

/** Whether a plan's steps can be carried out over the planner's graph. */
export const isSound = (steps: readonly Step[], graph: QueryGraph): boolean =>
  steps.every((step) => asksWhatIsGiven(step, graph)) && needsWhatComes(steps);
