/** What a field's value truly is, whoever is asked. */
import { Kind, parse, type GraphQLSchema, type SelectionSetNode, valueFromASTUntyped, isObjectType } from "graphql";
import type { Row, TestGraph, World } from "./test-graph.ts";

/** Parses a federation field set such as `id owner { id }`. */
export function parseFieldSet(text: string): SelectionSetNode {
  const definition = parse(`{ ${text} }`, { noLocation: true }).definitions[0];
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a field set: ${text}`);
  return definition.selectionSet;
}

/** Field sets of `@requires` by `Type.field`, read from the subgraphs' SDL. */
function requirementsOf(graph: TestGraph): Map<string, SelectionSetNode> {
  const found = new Map<string, SelectionSetNode>();
  for (const sdl of Object.values(graph.subgraphs))
    for (const type of parse(sdl, { noLocation: true }).definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const field of type.fields ?? []) {
        const fields = field.directives?.find((directive) => directive.name.value === "requires")?.arguments?.[0]
          ?.value;
        if (fields?.kind === Kind.STRING)
          found.set(`${type.name.value}.${field.name.value}`, parseFieldSet(fields.value));
      }
    }
  return found;
}

/** Answers from the rows alone. */
export type Truth = {
  /** Value of `Type.field` on a row; `typeName` may be an interface's or the object's that stands in for one. */
  valueOf(row: Row, typeName: string, field: string, args: Record<string, unknown>, world: World): unknown;
  /** The plain JSON that a field set selects on a row. */
  select(row: Row, selections: SelectionSetNode, world: World): Record<string, unknown>;
  /** Whether a row is of the type, or implements it, or is one of its members. */
  isOf(row: Row, typeName: string): boolean;
  readonly requirements: ReadonlyMap<string, SelectionSetNode>;
};

/** The truth of a graph, as its own functions and rows tell it. */
export function createTruth(graph: TestGraph, apiSchema: GraphQLSchema): Truth {
  const requirements = requirementsOf(graph);
  const typesOf = (row: Row): string[] => {
    const type = apiSchema.getType(row.__typename);
    return isObjectType(type) ? [type.name, ...type.getInterfaces().map((one) => one.name)] : [row.__typename];
  };
  const isOf = (row: Row, typeName: string): boolean => typesOf(row).includes(typeName);

  const valueOf: Truth["valueOf"] = (row, typeName, field, args, world) => {
    for (const name of [typeName, ...typesOf(row)]) {
      const coordinate = `${name}.${field}`;
      const requirement = requirements.get(coordinate);
      const computed = graph.computed?.[coordinate];
      if (requirement && computed) return computed(select(row, requirement, world), args);
      const known = graph.fields[coordinate];
      if (known) return known(row, args, world);
    }
    return row[field];
  };

  const selectValue = (value: unknown, selections: SelectionSetNode | undefined, world: World): unknown => {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) return value.map((element) => selectValue(element, selections, world));
    return selections ? select(value as Row, selections, world) : value;
  };

  const select: Truth["select"] = (row, { selections }, world) => {
    const result: Record<string, unknown> = {};
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isOf(row, selection.typeCondition?.name.value ?? row.__typename))
          Object.assign(result, select(row, selection.selectionSet, world));
      } else if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const args = Object.fromEntries(
          (selection.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
        );
        result[name] =
          name === "__typename"
            ? row.__typename
            : selectValue(valueOf(row, row.__typename, name, args, world), selection.selectionSet, world);
      }
    }
    return result;
  };
  return { valueOf, select, isOf, requirements };
}
