/** What the generated cases covered, so that a generator that misses something is seen. */
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isScalarType,
  isUnionType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";
import { effects, type Fault } from "./faults.ts";

/** Counts by shape. */
export type Coverage = {
  sawPlan(plan: unknown): void;
  sawOperation(document: DocumentNode, schema: GraphQLSchema): void;
  sawFaults(struck: ReadonlySet<Fault>): void;
  readonly counts: ReadonlyMap<string, number>;
  /** Expected shapes that were never met. */
  missed(): string[];
};

const expected = [
  ...["Fetch", "Fetch of entities", "Flatten", "Sequence", "Parallel", "Condition"].map((one) => `plan: ${one}`),
  "plan: input rewrites",
  ...["skip", "include"].flatMap((one) => [`directive: ${one} literal`, `directive: ${one} variable`]),
  ...["query", "mutation", "several root fields of a mutation"].map((one) => `operation: ${one}`),
  ...["alias", "__typename", "introspection", "inline fragment", "bare fragment", "named fragment"].map(
    (one) => `selection: ${one}`,
  ),
  ...["variable", "variable with a default", "null", "enum", "list", "object"].map((one) => `value: ${one}`),
  ...[
    "scalar",
    "custom scalar",
    "enum",
    "object",
    "interface",
    "union",
    "list",
    "list of lists",
    "non-null",
    "non-null in a list",
  ].map((one) => `type: ${one}`),
  ...effects.map((one) => `fault: ${one}`),
];

type PlanNode = {
  kind?: string;
  node?: PlanNode;
  nodes?: PlanNode[];
  ifClause?: PlanNode;
  elseClause?: PlanNode;
  requires?: unknown[];
  inputRewrites?: unknown[];
  outputRewrites?: unknown[];
};

function walkPlan(node: PlanNode | undefined, count: (shape: string) => void): void {
  if (!node) return;
  if (node.kind && node.kind !== "QueryPlan") count(`plan: ${node.kind}`);
  if (node.requires) count("plan: Fetch of entities");
  if (node.inputRewrites?.length) count("plan: input rewrites");
  if (node.outputRewrites?.length) count("plan: output rewrites");
  for (const child of [node.node, node.ifClause, node.elseClause, ...(node.nodes ?? [])]) walkPlan(child, count);
}

function countType(type: GraphQLOutputType, count: (shape: string) => void): void {
  if (isNonNullType(type)) count("type: non-null");
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    count("type: list");
    const element: GraphQLOutputType = nullable.ofType;
    if (isNonNullType(element)) count("type: non-null in a list");
    if (isListType(isNonNullType(element) ? element.ofType : element)) count("type: list of lists");
  }
  const named = getNamedType(type);
  if (isInterfaceType(named)) count("type: interface");
  else if (isUnionType(named)) count("type: union");
  else if (isEnumType(named)) count("type: enum");
  else if (isScalarType(named))
    count(/^(Int|Float|String|ID|Boolean)$/.test(named.name) ? "type: scalar" : "type: custom scalar");
  else if (!isAbstractType(named)) count("type: object");
}

function walkOperation(document: DocumentNode, schema: GraphQLSchema, count: (shape: string) => void): void {
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      OperationDefinition: ({ operation, selectionSet }) => {
        count(`operation: ${operation}`);
        if (operation === "mutation" && selectionSet.selections.length > 1)
          count("operation: several root fields of a mutation");
      },
      Field: ({ alias, name }) => {
        if (alias) count("selection: alias");
        if (name.value === "__typename") count("selection: __typename");
        else if (name.value.startsWith("__")) count("selection: introspection");
        const type = info.getType();
        if (type) countType(type, count);
      },
      InlineFragment: ({ typeCondition }) =>
        count(typeCondition ? "selection: inline fragment" : "selection: bare fragment"),
      FragmentSpread: () => count("selection: named fragment"),
      VariableDefinition: ({ defaultValue }) =>
        count(defaultValue ? "value: variable with a default" : "value: variable"),
      NullValue: () => count("value: null"),
      EnumValue: () => count("value: enum"),
      ListValue: () => count("value: list"),
      ObjectValue: () => count("value: object"),
      Directive: ({ name, arguments: given = [] }) =>
        count(`directive: ${name.value} ${given[0]?.value.kind === "Variable" ? "variable" : "literal"}`),
    }),
  );
}

/** An empty coverage. */
export function createCoverage(): Coverage {
  const counts = new Map<string, number>(expected.map((shape) => [shape, 0]));
  const count = (shape: string): void => void counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return {
    counts,
    sawPlan: (plan) => walkPlan(plan as PlanNode, count),
    sawOperation: (document, schema) => walkOperation(document, schema, count),
    sawFaults: (struck) => {
      for (const effect of new Set([...struck].map((fault) => fault.effect))) count(`fault: ${effect}`);
    },
    missed: () => [...counts].filter(([, number]) => number === 0).map(([shape]) => shape),
  };
}
