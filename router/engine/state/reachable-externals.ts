/**
 * Keeps the planner from asking a subgraph for what it declares and does not give: fields that are `@external` there, taken over
 * by another (`@override`), or require others. As soon as no key leads out of an object, the planner asks its subgraph for all
 * that the subgraph's schema has of it (`selectionIsFullyLocalFromAllVertices` in its buildPlan.js), external fields included. It
 * looks along the edges of its graph, where such fields are missing, when it believes that a key may lead out from somewhere below.
 */
import { isInterfaceType, isObjectType } from "@apollo/federation-internals";
import type { QueryGraph, Vertex } from "@apollo/query-graphs";

/** Whether the vertex's type declares a field for which no edge leaves it. */
function declaresMore(graph: QueryGraph, vertex: Vertex): boolean {
  const { type } = vertex;
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  const given = new Set(
    graph
      .outEdges(vertex)
      .flatMap(({ transition, conditions }) =>
        transition.kind === "FieldCollection" && !conditions ? [transition.definition.name] : [],
      ),
  );
  return type.fields().some(({ name }) => !given.has(name));
}

/** Marks every vertex from which, within its subgraph, a type can be reached that declares more than it gives. */
export function markReachableExternals(graph: QueryGraph): void {
  const heads = new Map<Vertex, Vertex[]>();
  for (const { head, tail } of graph.allEdges()) {
    if (head.source !== tail.source) continue;
    const known = heads.get(tail);
    if (known) known.push(head);
    else heads.set(tail, [head]);
  }
  // Grows while it is walked.
  const marked = [...graph.allVertices()].filter((vertex) => declaresMore(graph, vertex));
  const seen = new Set(marked);
  for (const vertex of marked) {
    vertex.hasReachableCrossSubgraphEdges = true;
    for (const head of heads.get(vertex) ?? [])
      if (!seen.has(head)) {
        seen.add(head);
        marked.push(head);
      }
  }
}
